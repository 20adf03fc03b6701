namespace Slipway.Engine.Registries;

/// <summary>The address of a proxy.</summary>
public static class ProxyAddress
{
    // Docker's.
    private const string Masked = "xxxxx";

    /// <summary>The address without whom it lets in: logs and answers are read by others.</summary>
    public static string WithoutPassword(string proxy)
    {
        ArgumentNullException.ThrowIfNull(proxy);
        int from = proxy.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        int end = proxy.IndexOf('/', from) is >= 0 and var slash ? slash : proxy.Length;
        int at = proxy.LastIndexOf('@', end - 1, end - from);
        return at < 0 ? proxy : $"{proxy[..from]}{Masked}:{Masked}{proxy[at..]}";
    }
}
