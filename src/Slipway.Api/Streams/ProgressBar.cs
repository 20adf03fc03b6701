using Slipway.Engine.Inspecting;

namespace Slipway.Api.Streams;

/// <summary>A movement as a line of text, which scripts print that don't draw one of the numbers themselves: <c>[=====>     ]  1.2MB/10MB</c>.</summary>
internal static class ProgressBar
{
    private const int Width = 50;

    public static string Draw(long done, long size)
    {
        string now = Humanize.Size(done, digits: 4).PadLeft(8);
        if (size <= 0)
            return now;
        int filled = (int)Math.Clamp(done * (double)Width / size, 0, Width);
        return $"[{new string('=', filled)}>{new string(' ', Width - filled)}] {(done > size ? now : $"{now}/{Humanize.Size(size, digits: 4)}")}";
    }
}
