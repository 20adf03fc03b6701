using Slipway.Cli.Commands.Flags;
using Slipway.Oci;

namespace Slipway.Cli.CommandLine;

/// <summary>Environment variables as <c>-e</c> and <c>--env-file</c> name them.</summary>
internal static class EnvironmentFile
{
    /// <summary>A bare <c>NAME</c> takes this process's value; one that isn't set here is left out.</summary>
    public static IEnumerable<string> Resolve(IEnumerable<string> variables)
    {
        foreach (string variable in variables)
        {
            if (variable.Length == 0 || variable[0] == '=')
                throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid environment variable: {variable}");
            if (variable.Contains('=', StringComparison.Ordinal))
                yield return variable;
            else if (Environment.GetEnvironmentVariable(variable) is { } value)
                yield return $"{variable}={value}";
        }
    }

    /// <summary>Lines of <c>NAME=value</c> or <c>NAME</c>; empty lines and those that begin with # are left out.</summary>
    public static IEnumerable<string> Read(string path) =>
        Resolve(KeyValues.ReadFile(path));
}
