namespace Slipway.Engine.Copying;

/// <summary>Paths as <c>cp</c> gets them. Only tidied here; where they lead is the kernel's to say, beneath a root.</summary>
internal static class CopyPath
{
    /// <summary>Without leading and trailing slashes and single dots.</summary>
    public static string Clean(string path) => string.Join('/', path.Split('/').Where(p => p.Length > 0 && p != "."));

    public static (string Parent, string Name) Split(string clean)
    {
        int slash = clean.LastIndexOf('/');
        return slash < 0 ? (".", clean) : (clean[..slash], clean[(slash + 1)..]);
    }
}
