namespace Slipway.Build.Dockerfile;

// RUN, CMD, ENTRYPOINT, SHELL, HEALTHCHECK, ONBUILD: what names commands, now or later.
internal sealed partial class InstructionParser
{
    private RunInstruction Run(InstructionNode node, InstructionFlags flags)
    {
        if (node.Arguments.Length == 0)
            throw Error(node, "RUN requires at least one argument");
        string network = flags.Take("network") ?? "default";
        if (network is not ("default" or "none" or "host"))
            throw Error(node, $"unsupported network mode '{network}': want default, none or host");
        string? security = flags.Take("security");
        if (security is not (null or "sandbox" or "insecure"))
            throw Error(node, $"security '{security}' is not valid: want sandbox or insecure");
        return new(node, Command(node, node.Arguments), flags.TakeAll("mount"), network, security, flags.TakeAll("device"));
    }

    private CommandLine Command(InstructionNode node, string arguments)
    {
        if (Words.TryJson(arguments) is { } words)
            return new(true, words);
        if (arguments.StartsWith('[') && arguments.EndsWith(']'))
            Warn(node, "JSONArgsRecommended", "looks like a JSON array but is not one (strings need double quotes), so the shell runs it");
        return new(false, [arguments]);
    }

    private ShellInstruction Shell(InstructionNode node) => Words.TryJson(node.Arguments) switch
    {
        null => throw Error(node, "SHELL requires the arguments to be in JSON form"),
        { Length: 0 } => throw Error(node, "SHELL requires at least one argument"),
        { } words => new(node, words),
    };

    private MaintainerInstruction Maintainer(InstructionNode node)
    {
        Warn(node, "MaintainerDeprecated", "MAINTAINER is deprecated in favor of using a label");
        return new(node, Only(node));
    }

    private HealthcheckInstruction Healthcheck(InstructionNode node, InstructionFlags flags)
    {
        foreach (string name in new[] { "interval", "timeout", "start-period", "start-interval", "retries" })
            flags.Take(name);
        int blank = node.Arguments.AsSpan().IndexOfAny(Words.Blanks);
        (string type, string arguments) = blank < 0 ? (node.Arguments, "") : (node.Arguments[..blank], node.Arguments[blank..].Trim());
        return type.ToUpperInvariant() switch
        {
            "NONE" when arguments.Length == 0 => new(node, null),
            "NONE" => throw Error(node, "HEALTHCHECK NONE takes no arguments"),
            "CMD" when arguments.Length > 0 => new(node, Command(node, arguments)),
            "CMD" => throw Error(node, "missing command after HEALTHCHECK CMD"),
            _ => throw Error(node, $"unknown type '{type}' in HEALTHCHECK (try CMD)"),
        };
    }

    private OnbuildInstruction Onbuild(InstructionNode node)
    {
        string trigger = Words.AtBlanks(Only(node))[0].ToUpperInvariant();
        if (trigger == "ONBUILD")
            throw Error(node, "chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        if (trigger is "FROM" or "MAINTAINER")
            throw Error(node, $"{trigger} isn't allowed as an ONBUILD trigger");
        return s_keywords.Contains(trigger) ? new(node, node.Arguments) : throw Error(node, $"unknown instruction: {trigger}{Suggestion.For(trigger, s_keywords)}");
    }
}
