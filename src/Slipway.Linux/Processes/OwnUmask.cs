using System.Text;

namespace Slipway.Linux.Processes;

/// <summary>The mode bits that new files of this process don't get (proc_pid_status(5)): umask(2) can only be asked by changing it.</summary>
public static class OwnUmask
{
    private const int StatusSize = 8192;

    /// <summary>The mask now; null where the kernel doesn't tell.</summary>
    public static uint? Read()
    {
        using SafeFd status = Files.FileDescriptor.Open("/proc/self/status", Files.OpenFlags.ReadOnly);
        Span<byte> buffer = stackalloc byte[StatusSize];
        ReadOnlySpan<byte> text = buffer[..Files.FileDescriptor.Read(status, buffer)];
        ReadOnlySpan<byte> label = "\nUmask:\t"u8;
        int at = text.IndexOf(label);
        if (at < 0)
            return null;
        text = text[(at + label.Length)..];
        int end = text.IndexOf((byte)'\n');
        return end > 0 ? Convert.ToUInt32(Encoding.ASCII.GetString(text[..end]), 8) : null;
    }
}
