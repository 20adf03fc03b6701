using System.Runtime.InteropServices;

namespace Slipway.Linux.Terminals;

/// <summary>Modes and size of a terminal (termios(3), ioctl_tty(2)).</summary>
public static unsafe partial class Terminal
{
    private const nuint TIOCGWINSZ = 0x5413, TIOCSWINSZ = 0x5414;
    private const int TCSADRAIN = 1;
    private const uint OPOST = 1, ONLCR = 4;
    private const uint ICANON = 2, ECHO = 8, ECHONL = 0x40;

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(SafeFd fd) => isatty(fd.Number) == 1;

    /// <summary>The modes as they are now, to put back later.</summary>
    public static TerminalModes GetModes(SafeFd fd)
    {
        TerminalModes modes;
        Check.Result(tcgetattr(fd.Number, &modes), "tcgetattr");
        return modes;
    }

    /// <summary>Sets the modes once the output so far is out.</summary>
    public static void SetModes(SafeFd fd, TerminalModes modes) =>
        Check.Result(tcsetattr(fd.Number, TCSADRAIN, &modes), "tcsetattr");

    /// <summary>The same modes with every byte passed through unread: no echo, no signals, no line editing (cfmakeraw(3)).</summary>
    public static TerminalModes MakeRaw(TerminalModes modes)
    {
        cfmakeraw(&modes);
        return modes;
    }

    /// <summary>The same modes without showing what is typed, but for the end of the line (stty -echo).</summary>
    public static TerminalModes MakeSilent(TerminalModes modes)
    {
        modes.LocalFlags = (modes.LocalFlags & ~ECHO) | ICANON | ECHONL;
        return modes;
    }

    /// <summary>The same modes with output as <paramref name="like"/> has it: a newline begins a line there.</summary>
    public static TerminalModes KeepOutput(TerminalModes modes, TerminalModes like)
    {
        modes.OutputFlags = like.OutputFlags | OPOST;
        return modes;
    }

    /// <summary>The same modes with a newline passed on as it is, without a carriage return before it.</summary>
    public static TerminalModes KeepNewlines(TerminalModes modes)
    {
        modes.OutputFlags &= ~ONLCR;
        return modes;
    }

    /// <summary>Size in characters.</summary>
    public static (ushort Height, ushort Width) GetSize(SafeFd fd)
    {
        WindowSize size;
        Check.Result(ioctl(fd.Number, TIOCGWINSZ, &size), "ioctl TIOCGWINSZ");
        return (size.Rows, size.Columns);
    }

    /// <summary>Sets the size; the kernel sends SIGWINCH to the foreground processes.</summary>
    public static void SetSize(SafeFd fd, ushort height, ushort width)
    {
        var size = new WindowSize { Rows = height, Columns = width };
        Check.Result(ioctl(fd.Number, TIOCSWINSZ, &size), "ioctl TIOCSWINSZ");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows, Columns, XPixels, YPixels;
    }

    [LibraryImport("libc")]
    private static partial int isatty(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int fd, TerminalModes* modes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int fd, int when, TerminalModes* modes);

    [LibraryImport("libc")]
    private static partial void cfmakeraw(TerminalModes* modes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, WindowSize* size);
}

/// <summary><c>struct termios</c> of glibc on x86-64 (60 bytes), passed around unread.</summary>
[StructLayout(LayoutKind.Sequential, Size = 60)]
public struct TerminalModes
{
    internal uint InputFlags, OutputFlags, ControlFlags, LocalFlags;
}
