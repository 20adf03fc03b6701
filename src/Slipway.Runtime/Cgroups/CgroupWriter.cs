using Slipway.Linux;
using Slipway.Linux.Processes;
using Slipway.Oci;

namespace Slipway.Runtime.Cgroups;

/// <summary>Writes settings into their files, and says what the kernel had against one.</summary>
internal static class CgroupWriter
{
    /// <summary>Writes them in order; one that may come later is tried again at the end.</summary>
    /// <param name="settings">What to write.</param>
    /// <param name="directoryOf">Where a setting's file is.</param>
    /// <exception cref="SlipwayException">InvalidArgument: the kernel refuses the value. NotSupported: it has no such file.</exception>
    public static void Apply(IEnumerable<CgroupSetting> settings, Func<CgroupSetting, string> directoryOf)
    {
        List<CgroupSetting> postponed = [];
        foreach (CgroupSetting setting in settings)
        {
            if (Write(directoryOf(setting), setting) is not { } error)
                continue;
            if (!setting.MayComeLater || error != Errno.EINVAL)
                throw Refused(directoryOf(setting), setting, error);
            postponed.Add(setting);
        }
        foreach (CgroupSetting setting in postponed)
        {
            if (Write(directoryOf(setting), setting) is { } error)
                throw Refused(directoryOf(setting), setting, error);
        }
    }

    private static Errno? Write(string directory, CgroupSetting setting)
    {
        try
        {
            SmallFile.Write($"{directory}/{setting.File}", setting.Value);
            return null;
        }
        catch (LinuxException error) when (error.Errno == Errno.ENOENT && setting.Otherwise is { } other)
        {
            return Write(directory, other);
        }
        catch (LinuxException error)
        {
            return setting.IsOptional && error.Errno == Errno.ENOENT ? null : error.Errno;
        }
    }

    private static SlipwayException Refused(string directory, CgroupSetting setting, Errno error)
    {
        string what = $"set {setting.File} to {Printable.Escape(setting.Value)}";
        return error switch
        {
            Errno.ENOENT => new(ErrorKind.NotSupported, $"{what}: this kernel has no such file"),
            Errno.EBUSY when SmallFile.TryReadText($"{directory}/memory.usage_in_bytes") is { } usage && setting.Controller == "memory" =>
                new(ErrorKind.Conflict, $"{what}: {usage.Trim()} bytes are in use"),
            Errno.EINVAL or Errno.ERANGE or Errno.EBUSY or Errno.ENODEV => new(ErrorKind.InvalidArgument, $"{what}: {LinuxException.Explain(error)}"),
            _ => new(error is Errno.EACCES or Errno.EPERM or Errno.EROFS ? ErrorKind.Denied : ErrorKind.Internal, $"{what}: {LinuxException.Explain(error)}"),
        };
    }
}
