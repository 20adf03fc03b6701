using Slipway.Api.Wire;
using Slipway.Linux;

namespace Slipway.Api.Server;

/// <summary>The names by which containers may ask for what runs them. One thing does, whatever it is called; programs that would have to are known, and refused.</summary>
/// <param name="Registered">Those that were set, each with its program.</param>
/// <param name="Default">The name for containers that say none; null: ours.</param>
public sealed record RuntimeNames(IReadOnlyDictionary<string, string> Registered, string? Default)
{
    /// <summary>Ours.</summary>
    public const string Own = "slip-runtime";

    /// <summary>The name that every engine has for its own.</summary>
    public const string Dockers = "runc";

    /// <summary>Nothing was set.</summary>
    public static RuntimeNames Usual { get; } = new(new Dictionary<string, string>(), null);

    /// <summary>Whether a name is always there: ours, and dockerd's own, which are ours under another name.</summary>
    public static bool IsReserved(string name) => name is Own or Dockers or "io.containerd.runc.v2";

    /// <summary>Whether something is known by the name.</summary>
    public bool Knows(string name) => IsReserved(name) || Registered.ContainsKey(name);

    /// <summary>Refuses what can't be had.</summary>
    /// <param name="name">As a container asks for it; null: nothing.</param>
    /// <exception cref="ApiException">400: nobody knows it, or it is another program than docker's own.</exception>
    public void Require(string? name)
    {
        if (name is null || IsReserved(name))
            return;
        if (!Registered.TryGetValue(name, out string? program))
            throw ApiException.BadRequest($"unknown or invalid runtime name: {Printable.Escape(name)}");
        // Where docker's own stands behind it, it is ours again.
        if (Path.GetFileName(program) == Dockers)
            return;
        throw ApiException.BadRequest(program.Contains('/', StringComparison.Ordinal) && !File.Exists(program)
            ? $"runtime {Printable.Escape(name)}: {Printable.Escape(program)}: no such file or directory"
            : $"runtime {Printable.Escape(name)}: '{Printable.Escape(program)}' is not used: {Own} runs all containers, and is also called {Dockers}");
    }
}
