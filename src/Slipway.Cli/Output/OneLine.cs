namespace Slipway.Cli.Output;

/// <summary>What is being done just now, on one line of the terminal that is written over; nothing where standard error is no terminal.</summary>
internal sealed class OneLine : IDisposable
{
    private const string ToLineStart = "\r\e[K";
    private readonly Lock _gate = new();
    private bool _shown;

    public void Show(string text)
    {
        if (Console.IsErrorRedirected)
            return;
        lock (_gate)
        {
            int width = Math.Max(20, Console.WindowWidth - 1);
            Console.Error.Write(ToLineStart + (text.Length > width ? text[..width] : text));
            _shown = true;
        }
    }

    /// <summary>Takes the line away again.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_shown)
                Console.Error.Write(ToLineStart);
            _shown = false;
        }
    }

    public void Dispose() => Clear();
}
