using System.Security.Cryptography;
using System.Text;
using Slipway.Linux.Processes;

namespace Slipway.Engine.Inspecting;

/// <summary>What a store is called among others (docker's <c>info</c>): the word in <c>DATA/engine-id</c>, as dockerd has it, which somebody may have put there.</summary>
internal static class EngineId
{
    private const string Name = "engine-id";
    private const int Longest = 128;

    /// <summary>The one that is kept; else one that is the same as long as the machine and the store are.</summary>
    public static string Of(string dataRoot) =>
        SmallFile.TryReadText(Path.Combine(dataRoot, Name))?.Trim() is { Length: > 0 and <= Longest } kept && !kept.Any(char.IsControl) ? kept : Derived(dataRoot);

    /// <summary>Keeps it, so that it is the same on another machine too.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public static void Keep(string dataRoot)
    {
        string path = Path.Combine(dataRoot, Name);
        if (!File.Exists(path))
            File.WriteAllText(path, Derived(dataRoot));
    }

    private static string Derived(string dataRoot)
    {
        string machine = File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id").Trim() : Environment.MachineName;
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{machine} {dataRoot}")).AsSpan(0, 16)).ToString();
    }
}
