using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>The new mount calls (fsopen(2) and its family) as operations: what is mounted and where it goes are descriptors.</summary>
internal static class FsSteps
{
    /// <summary>Makes a file system and leaves it unattached in <paramref name="into"/>.</summary>
    public static void Create(StepBuilder step, PlanBuilder plan, string type, string? source, IReadOnlyList<(string Key, string? Value)> data,
        long attributes, Register into, Action<Register>? configure = null)
    {
        Register context = plan.NewRegister();
        step.Call(Syscall.fsopen, type, FSOPEN_CLOEXEC).Into(context);
        if (source is not null)
            step.Call(Syscall.fsconfig, context, FSCONFIG_SET_STRING, "source", source, 0);
        foreach ((string key, string? value) in data)
        {
            if (value is null)
                step.Call(Syscall.fsconfig, context, FSCONFIG_SET_FLAG, key, 0, 0);
            else
                step.Call(Syscall.fsconfig, context, FSCONFIG_SET_STRING, key, value, 0);
        }
        configure?.Invoke(context);
        step.Call(Syscall.fsconfig, context, FSCONFIG_CMD_CREATE, 0, 0, 0);
        step.Call(Syscall.fsmount, context, FSMOUNT_CLOEXEC, attributes).Into(into);
    }

    /// <summary>Maps the ids of an unattached tree by those of a user namespace.</summary>
    public static StepBuilder MapIds(StepBuilder step, Register tree, int userNamespace, bool recursive) =>
        step.Call(Syscall.mount_setattr, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), Operand.Words(MOUNT_ATTR_IDMAP, 0, 0, userNamespace), 32);

    /// <summary>Attaches <paramref name="tree"/> on the very file that <paramref name="place"/> has open.</summary>
    public static StepBuilder Attach(StepBuilder step, Register tree, Register place) =>
        step.Call(Syscall.move_mount, tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);

    /// <summary>An unattached copy of the mount at an open file.</summary>
    public static StepBuilder Clone(StepBuilder step, Register place, bool recursive, Register into) =>
        step.Call(Syscall.open_tree, place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0)).Into(into);

    /// <summary>mount_setattr(2) on an open mount.</summary>
    public static StepBuilder SetAttributes(StepBuilder step, Register tree, long set, long clear, long propagation, bool recursive)
    {
        // The kernel wants the whole access time field cleared before one of its values is set.
        if ((set & MOUNT_ATTR__ATIME) != 0)
            clear |= MOUNT_ATTR__ATIME;
        return step.Call(Syscall.mount_setattr, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), Operand.Words(set, clear, propagation, 0), 32);
    }

    /// <summary>Checks the type of the file system behind an open file (statfs(2)).</summary>
    /// <param name="step">The step.</param>
    /// <param name="file">The open file.</param>
    /// <param name="magic">The number to compare with.</param>
    /// <param name="wanted">Whether it must be that one, or must not.</param>
    /// <param name="failure">The error otherwise.</param>
    public static void CheckFileSystem(StepBuilder step, Register file, long magic, bool wanted, Errno failure)
    {
        var status = new PlanBuffer(StatFsSize);
        step.Call(Syscall.fstatfs, file, status);
        if (wanted)
        {
            step.Check(status, StatFsTypeOffset, 8, -1, magic, failure);
            return;
        }
        var good = new Label();
        step.Check(status, StatFsTypeOffset, 8, -1, magic, Errno.None).ElseTo(good);
        step.Fail(failure);
        step.Mark(good);
    }
}
