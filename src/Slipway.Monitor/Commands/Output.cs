using System.Text;
using Slipway.Linux;
using Slipway.Linux.Polling;

namespace Slipway.Monitor.Commands;

/// <summary>Standard output and error, without Console and what it brings along.</summary>
internal static class Output
{
    public static void Write(int descriptor, string text) => Write(descriptor, Encoding.UTF8.GetBytes(text));

    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        using SafeFd to = FdIo.Duplicate(descriptor);
        FdIo.WriteAll(to, bytes);
    }
}
