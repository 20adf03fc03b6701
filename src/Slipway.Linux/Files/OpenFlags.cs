namespace Slipway.Linux.Files;

/// <summary>Flags of open(2) on x86-64. Close-on-exec is always added.</summary>
[Flags]
public enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    Directory = 0x10000,
    NoFollow = 0x20000,
    CloseOnExec = 0x80000,

    /// <summary>O_PATH: names the file without opening it: no device is touched, no FIFO waits.</summary>
    Path = 0x200000,

    /// <summary>O_TMPFILE: a file without a name in the directory that is opened.</summary>
    TempFile = 0x400000 | Directory,
}
