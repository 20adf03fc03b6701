namespace Slipway.Build.Dockerfile;

/// <summary>The flags of one instruction: each is taken by name, and what nobody took is an error.</summary>
internal sealed class InstructionFlags(InstructionNode node, Func<string, Exception> error)
{
    private readonly List<FlagNode> _left = [.. node.Flags];

    /// <summary>The value of a flag that may stand once; null where it doesn't stand at all.</summary>
    public string? Take(string name)
    {
        IReadOnlyList<string> values = TakeAll(name);
        return values.Count > 1 ? throw error($"duplicate flag specified: {name}") : values.Count == 1 ? values[0] : null;
    }

    /// <summary>The values of a flag that may be repeated.</summary>
    public IReadOnlyList<string> TakeAll(string name)
    {
        List<FlagNode> taken = [.. _left.Where(flag => flag.Name == name)];
        _left.RemoveAll(flag => flag.Name == name);
        return [.. taken.Select(flag => flag.Value ?? throw error($"missing a value on flag: {name}"))];
    }

    /// <summary>Whether a flag that is true or false stands and is true.</summary>
    public bool TakeBool(string name) => TakeOptionalBool(name) ?? false;

    /// <summary>As <see cref="TakeBool"/>; null where the flag doesn't stand.</summary>
    public bool? TakeOptionalBool(string name)
    {
        List<FlagNode> taken = [.. _left.Where(flag => flag.Name == name)];
        _left.RemoveAll(flag => flag.Name == name);
        if (taken.Count == 0)
            return null;
        return taken[^1].Value?.ToLowerInvariant() switch
        {
            null or "true" => true,
            "false" => false,
            var other => throw error($"expecting boolean value for flag {name}, not: {other}"),
        };
    }

    /// <summary>Ends the reading.</summary>
    public void RefuseOthers()
    {
        if (_left.Count > 0)
            throw error($"unknown flag: --{_left[0].Name} ({node.Keyword} has no such flag)");
    }
}
