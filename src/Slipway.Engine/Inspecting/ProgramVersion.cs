using System.Reflection;

namespace Slipway.Engine.Inspecting;

/// <summary>What was built, as <c>./build</c> wrote it into a program's assembly.</summary>
/// <param name="Number"><c>0.1.0</c>.</param>
/// <param name="Commit">The first seven digits of the commit, with <c>-dirty</c> where files had been changed since; empty: not built from a clone.</param>
/// <param name="BuildTime">The commit's time, in RFC 3339 as docker writes it; empty where it isn't known.</param>
public sealed record ProgramVersion(string Number, string Commit, string BuildTime)
{
    /// <summary>Of a program.</summary>
    public static ProgramVersion Of(Assembly program)
    {
        ArgumentNullException.ThrowIfNull(program);
        string number = program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        var more = program.GetCustomAttributes<AssemblyMetadataAttribute>().ToLookup(a => a.Key, a => a.Value);
        return new(number, more["Commit"].FirstOrDefault() ?? "", more["BuildTime"].FirstOrDefault() ?? "");
    }
}
