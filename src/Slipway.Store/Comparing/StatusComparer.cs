using Slipway.Linux.Files;

namespace Slipway.Store.Comparing;

/// <summary>What a look at two files tells, without opening them.</summary>
internal static class StatusComparer
{
    /// <summary>What differs; of files of two kinds only that.</summary>
    public static Differing Compare(in FileStatus was, in FileStatus now, bool times)
    {
        if (was.Type != now.Type)
            return Differing.Type;
        Differing what = Differing.None;
        if (was.Mode != now.Mode && !was.IsSymlink)
            what |= Differing.Mode;
        if ((was.Uid, was.Gid) != (now.Uid, now.Gid))
            what |= Differing.Owner;
        if (was.IsRegular && was.Size != now.Size)
            what |= Differing.Size | Differing.Content;
        if (was.SpecialDevice != now.SpecialDevice)
            what |= Differing.Device;
        if (times && was.Modified != now.Modified)
            what |= Differing.Time;
        return what;
    }
}
