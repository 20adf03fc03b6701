using Slipway.Build.Lint;
using Slipway.Oci.Image;

namespace Slipway.Build.Dockerfile;

// RUN, CMD, ENTRYPOINT, SHELL, HEALTHCHECK, ONBUILD: what names commands, now or later.
internal sealed partial class InstructionParser
{
    private RunInstruction Run(InstructionNode node, InstructionFlags flags)
    {
        string network = flags.Take("network") ?? "default";
        if (network is not ("default" or "none" or "host"))
            throw Error(node, $"unsupported network mode '{network}': want default, none or host");
        string? security = flags.Take("security");
        if (security is not (null or "sandbox" or "insecure"))
            throw Error(node, $"security '{security}' is not valid: want sandbox or insecure");
        if (flags.TakeAll("device").Count > 0)
            throw Error(node, "RUN --device needs devices of the container device interface (CDI), which slip does not have: mount or copy what the step needs");
        return new(node, Command(node.Arguments), [.. flags.TakeAll("mount").Select(text => (text, MountSource(node, text)))], network, security == "insecure");
    }

    private string? MountSource(InstructionNode node, string text)
    {
        try
        {
            return MountReader.From(text);
        }
        catch (FormatException e)
        {
            throw Error(node, e.Message);
        }
    }

    private static CommandLine Command(string arguments) => Words.TryJson(arguments) is { } words ? new(true, words) : new(false, [arguments]);

    private ShellInstruction Shell(InstructionNode node) => Words.TryJson(node.Arguments) switch
    {
        null => throw Error(node, "SHELL requires the arguments to be in JSON form"),
        { Length: 0 } => throw Error(node, "SHELL requires at least one argument"),
        { } words => new(node, words),
    };

    private MaintainerInstruction Maintainer(InstructionNode node)
    {
        Warn(node, InstructionRules.MaintainerDeprecated);
        return new(node, Only(node));
    }

    private HealthcheckInstruction Healthcheck(InstructionNode node, InstructionFlags flags)
    {
        var check = new HealthCheck
        {
            Test = [],
            Interval = Interval(node, flags, "interval"),
            Timeout = Interval(node, flags, "timeout"),
            StartPeriod = Interval(node, flags, "start-period"),
            StartInterval = Interval(node, flags, "start-interval"),
            Retries = Retries(node, flags),
        };
        int blank = node.Arguments.AsSpan().IndexOfAny(Words.Blanks);
        if (node.Arguments.Length == 0)
            throw Error(node, "HEALTHCHECK requires at least one argument");
        (string type, string arguments) = blank < 0 ? (node.Arguments, "") : (node.Arguments[..blank], node.Arguments[blank..].Trim());
        return type.ToUpperInvariant() switch
        {
            "NONE" when arguments.Length == 0 => new(node, new HealthCheck { Test = ["NONE"] }),
            "NONE" => throw Error(node, "HEALTHCHECK NONE takes no arguments"),
            "CMD" when Command(arguments) is var command && command.Words.Any(word => word.Length > 0) =>
                new(node, check with { Test = [command.IsExec ? "CMD" : "CMD-SHELL", .. command.Words] }),
            "CMD" => throw Error(node, "missing command after HEALTHCHECK CMD"),
            _ => throw Error(node, $"unknown type '{type}' in HEALTHCHECK (try CMD)"),
        };
    }

    // Nanoseconds; nothing and 0 are the same.
    private long? Interval(InstructionNode node, InstructionFlags flags, string name)
    {
        if (flags.Take(name) is not { Length: > 0 } text)
            return null;
        TimeSpan time = Oci.DurationText.TryParse(text) ?? throw Error(node, $"invalid duration for {name}: '{Linux.Printable.Escape(text)}': want one such as 1m30s");
        if (time == TimeSpan.Zero)
            return null;
        return time >= TimeSpan.FromMilliseconds(1) && time.Ticks < long.MaxValue / TimeSpan.NanosecondsPerTick
            ? time.Ticks * TimeSpan.NanosecondsPerTick
            : throw Error(node, $"interval '{name}' cannot be less than 1ms, or more than 292 years");
    }

    private int? Retries(InstructionNode node, InstructionFlags flags)
    {
        if (flags.Take("retries") is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out int retries) && retries >= 0
            ? retries == 0 ? null : retries
            : throw Error(node, $"invalid value for retries: '{Linux.Printable.Escape(text)}': want a number, not negative");
    }

    private OnbuildInstruction Onbuild(InstructionNode node)
    {
        string trigger = AtLeastOne(node, Words.AtBlanks(node.Arguments))[0].ToUpperInvariant();
        if (trigger == "ONBUILD")
            throw Error(node, "chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
        if (trigger is "FROM" or "MAINTAINER")
            throw Error(node, $"{trigger} isn't allowed as an ONBUILD trigger");
        if (!s_keywords.Contains(trigger))
            Warn(node, OwnRules.TriggerUnknown, trigger, Suggestion.For(trigger, s_keywords));
        string documents = string.Concat(node.Heredocs.Select(heredoc => $"\n{heredoc.Content}{heredoc.Name}"));
        // As written, flags and all; the keyword itself is what goes.
        return new(node, node.Text[node.Spelling.Length..].TrimStart() + documents);
    }
}
