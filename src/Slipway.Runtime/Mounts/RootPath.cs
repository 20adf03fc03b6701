using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;
using Slipway.Runtime.Plan;
using static Slipway.Linux.Processes.KernelConstants;

namespace Slipway.Runtime.Mounts;

/// <summary>Opens places inside the container's root by descriptor, never by string (invariant I1).</summary>
internal static class RootPath
{
    private const long FileMode = S_IFREG | 0x1a4, DirectoryMode = 0x1ed; // 0644, 0755

    /// <summary>What an image's link does to the places where the kernel's file systems go (CVE-2023-27561, CVE-2026-41579).</summary>
    public static readonly IReadOnlyDictionary<Errno, string> LinkReasons = new Dictionary<Errno, string>
    {
        [Errno.ELOOP] = "it must be mounted on ordinary directory, and the image has a symbolic link there, which could lead anywhere",
        [Errno.ENOTDIR] = "the image has a file where a directory is needed",
    };

    /// <summary><c>struct open_how</c> (openat2(2)).</summary>
    public static Operand How(long flags, long resolve) => Operand.Words(flags | O_CLOEXEC, 0, resolve);

    /// <summary>An absolute path without <c>.</c>, <c>..</c> and doubled slashes. Only for a spec's own text: links are the kernel's business.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: the path is relative.</exception>
    public static string Clean(string path, string what)
    {
        if (!path.StartsWith('/'))
            throw new SlipwayException(ErrorKind.InvalidArgument, $"{what} '{Printable.Escape(path)}' is not an absolute path");
        var parts = new List<string>();
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part != ".")
                parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>Whether a clean path is <paramref name="directory"/> or lies in it.</summary>
    public static bool IsWithin(string path, string directory) =>
        path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');

    /// <summary>Opens (O_PATH) what exists at a clean path; afterwards the step goes on at <paramref name="missing"/> when nothing is there.</summary>
    public static void Open(StepBuilder step, Register root, string path, Register into, long resolve, Label missing) =>
        step.Call(Syscall.openat2, root, path, How(O_PATH, RESOLVE_IN_ROOT | resolve), 24).Into(into)
            .Tolerate(Errno.ENOENT, Errno.ENOTDIR).ElseTo(missing);

    /// <summary>
    /// Opens (O_PATH) what is at a clean path, made with its parents when it is missing: a directory, or an empty file. A link to nothing is
    /// the parent's to follow, where links are.
    /// </summary>
    public static void Ensure(StepBuilder step, PlanBuilder plan, Register root, string path, bool directory, Register into, long resolve)
    {
        Operand how = How(O_PATH, RESOLVE_IN_ROOT | resolve);
        Label done = new(), dangling = new();
        bool follows = (resolve & RESOLVE_NO_SYMLINKS) == 0;
        step.Call(Syscall.openat2, root, path, how, 24).Into(into).Tolerate(Errno.ENOENT).ThenTo(done);
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Register parent = root;
        string prefix = "";
        for (int i = 0; i < parts.Length; i++)
        {
            if (directory || i < parts.Length - 1)
                step.Call(Syscall.mkdirat, parent, parts[i], DirectoryMode).Tolerate(Errno.EEXIST);
            else
                step.Call(Syscall.mknodat, parent, parts[i], FileMode, 0).Tolerate(Errno.EEXIST);
            prefix += "/" + parts[i];
            bool isLast = i == parts.Length - 1;
            Register opened = isLast ? into : plan.NewRegister();
            step.Call(Syscall.openat2, root, prefix, how, 24).Into(opened);
            if (follows)
                step.Tolerate(Errno.ENOENT).ElseTo(dangling);
            if (isLast)
                step.ThenTo(done);
            parent = opened;
        }
        if (follows)
        {
            step.Mark(dangling);
            step.Checkpoint(Checkpoint.Rooted, wait: true, root);
            step.Checkpoint(Checkpoint.Dangling, wait: true, plan.Place(new MissingPlace(path, directory)));
            step.Call(Syscall.openat2, root, path, how, 24).Into(into);
        }
        step.Mark(done);
    }
}
