using Slipway.Build.Dockerfile;
using Slipway.Build.Lint;
using Slipway.Linux.Processes;
using Slipway.Oci.Image;

namespace Slipway.Build.Graph;

// ENV, ARG, LABEL, USER, EXPOSE, VOLUME, STOPSIGNAL, MAINTAINER: what changes the configuration alone.
internal sealed partial class StageEvaluator
{
    // One instruction sees the values from before it, so all are expanded before any is set.
    private List<KeyValue> Expanded(Instruction instruction, IReadOnlyList<KeyValue> pairs) =>
        [.. pairs.Select(pair => new KeyValue(Expand(instruction, pair.Key), Expand(instruction, pair.Value)))];

    private void Env(EnvInstruction env)
    {
        List<KeyValue> pairs = Expanded(env, env.Pairs);
        foreach (KeyValue pair in pairs)
        {
            if (pair.Key.Length == 0)
                throw Error(env, "ENV names can not be blank");
            SecretCheck.Name(Linter, env.Node, pair.Key);
            state.Env.Set(pair.Key, pair.Value);
            state.Scope.Set(pair.Key, pair.Value);
        }
        Remember(env, $"ENV {string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}"))}");
    }

    // --build-arg beats the default; without a default, the global ARG of the name; the platform's are global.
    private void Arg(ArgInstruction arg)
    {
        foreach ((string name, string? @default) in arg.Arguments)
        {
            SecretCheck.Name(Linter, arg.Node, name);
            string? value = options.BuildArgs.TryGetValue(name, out string? given) ? given
                : @default is not null ? Expand(arg, @default)
                : scope.Find(name);
            if (value is not null)
                state.Scope.Set(name, value);
            state.Arguments.Add(name);
        }
        Remember(arg, $"ARG {string.Join(' ', arg.Arguments.Select(argument => state.Scope.Find(argument.Name) is { } value ? $"{argument.Name}={value}" : argument.Name))}");
    }

    private void Label(LabelInstruction label)
    {
        List<KeyValue> pairs = Expanded(label, label.Pairs);
        var labels = new Dictionary<string, string>(state.Config.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (KeyValue pair in pairs)
            labels[pair.Key] = pair.Value;
        state.Config = state.Config with { Labels = labels };
        Remember(label, $"LABEL {string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}"))}");
    }

    private void User(UserInstruction user)
    {
        string name = Expand(user, user.User);
        state.Config = state.Config with { User = name };
        Remember(user, $"USER {name}");
    }

    private void Expose(ExposeInstruction expose)
    {
        var ports = new SortedDictionary<string, EmptyObject>(StringComparer.Ordinal);
        foreach ((string port, EmptyObject value) in state.Config.ExposedPorts ?? new Dictionary<string, EmptyObject>())
            ports[port] = value;
        var added = new List<string>();
        foreach (string word in expose.Ports.Order(StringComparer.Ordinal).SelectMany(word => Words.AtBlanks(Expand(expose, word))))
            added.AddRange(Ports(expose, word));
        foreach (string port in added)
            ports[port] = EmptyObject.Value;
        state.Config = state.Config with { ExposedPorts = ports };
        Remember(expose, $"EXPOSE [{string.Join(' ', added)}]");
    }

    private IReadOnlyList<string> Ports(ExposeInstruction expose, string word)
    {
        PortRange ports = PortRange.TryParse(word) ?? throw Error(expose, $"invalid containerPort: {Linux.Printable.Escape(word)}");
        if (ports.HasAddress)
            Linter.Report(InstructionRules.ExposeInvalidFormat, expose.Node, word);
        if (ports.HasCapitals)
            Linter.Report(InstructionRules.ExposeProtoCasing, expose.Node, word);
        return ports.Ports;
    }

    private void Volume(VolumeInstruction volume)
    {
        var volumes = new SortedDictionary<string, EmptyObject>(StringComparer.Ordinal);
        foreach ((string path, EmptyObject value) in state.Config.Volumes ?? new Dictionary<string, EmptyObject>())
            volumes[path] = value;
        List<string> added = [.. volume.Paths.Select(path => Expand(volume, path.Trim()))];
        foreach (string path in added)
            volumes[path.Length > 0 ? path : throw Error(volume, "VOLUME specified can not be an empty string")] = EmptyObject.Value;
        state.Config = state.Config with { Volumes = volumes };
        Remember(volume, $"VOLUME [{string.Join(' ', added)}]");
    }

    private void StopSignal(StopSignalInstruction stop)
    {
        string signal = Expand(stop, stop.Signal);
        if (!SignalNames.TryParse(signal, out _))
            throw Error(stop, $"invalid signal: {Linux.Printable.Escape(signal)}");
        state.Config = state.Config with { StopSignal = signal };
        Remember(stop, $"STOPSIGNAL {signal}");
    }

    private void Maintainer(MaintainerInstruction maintainer)
    {
        state.Image = state.Image with { Author = maintainer.Author };
        Remember(maintainer, $"MAINTAINER {maintainer.Author}");
    }
}
