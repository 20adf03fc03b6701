namespace Slipway.Build.Graph;

/// <summary>A user or a group as <c>--chown</c> and USER name it.</summary>
internal static class OwnerName
{
    /// <summary>Root, whatever a stage's files say; nothing at all is root too.</summary>
    public static bool IsRoot(string name) => name is "" or "root";

    /// <summary>Digits are numbers, never names.</summary>
    public static bool IsNumber(string name) => name.All(char.IsAsciiDigit);

    /// <summary>Whether <c>user[:group]</c> has a name that only a stage can tell the number of.</summary>
    public static bool NeedsFiles(string chown) => chown.Split(':').Any(name => !IsRoot(name) && !IsNumber(name));
}
