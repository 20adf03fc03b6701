using System.Text;
using Slipway.Engine.Containers;

namespace Slipway.Engine.Recording;

/// <summary>A container's creation as a line for a POSIX shell. What the program has no flag for stands above it as a comment.</summary>
internal sealed class CommandLineText
{
    // Longer lines get a line a flag.
    private const int LongestLine = 100;

    private readonly CreationForm _form;
    private readonly ContainerRecord _record;
    private readonly bool _secrets;
    private readonly StringBuilder _before = new();
    private bool _masked;

    private CommandLineText(ContainerRecord record, CreationForm form, bool secrets) => (_record, _form, _secrets) = (record, form, secrets);

    public static string Of(ContainerRecord record, CreationForm form, bool secrets) => new CommandLineText(record, form, secrets).Write();

    private string Write()
    {
        RunFlags flags = RunFlags.Of(_record, _form is CreationForm.Docker);
        // What was never started was created, unless its start is what failed.
        bool created = _record is { StartedAt: null, Error: null } && _record.Request.Attached is not [];
        List<string> parts = [$"{(_form is CreationForm.Docker ? "docker" : "slip")} {(created ? "create" : "run")}"];
        foreach (string note in flags.Notes)
            Comment(note);
        foreach (RunFlag flag in flags.All)
        {
            if (_form is CreationForm.Docker && flag is { Name: "--restart", Value: { } policy } && policy.StartsWith("on-unhealthy", StringComparison.Ordinal))
                Comment($"docker has no such policy: --restart {policy}");
            else if (_form is CreationForm.Docker && (flag.Name is "--uidmap" or "--gidmap" || flag is { Name: "--userns", Value: not "host" }))
                Comment($"docker maps the ids of all containers (dockerd --userns-remap) or of none: {flag.Name} {flag.Value}");
            else
                parts.Add(Text(flag));
        }
        IReadOnlyList<string> command = _secrets ? flags.Command : SecretMask.Arguments(flags.Command);
        _masked |= !_secrets && !command.SequenceEqual(flags.Command);
        parts.Add(ShellQuote.Words([_record.Request.Image, .. command]));
        if (_masked)
            Comment("secrets are hidden: --secrets shows them; \"${NAME:?}\" takes them from your shell's variables");
        bool isLong = parts.Sum(p => p.Length + 1) > LongestLine || parts.Exists(p => p.Contains('\n', StringComparison.Ordinal));
        return _before + string.Join(isLong ? " \\\n  " : " ", parts) + "\n";
    }

    private string Text(RunFlag flag)
    {
        if (flag.Value is not { } value)
            return flag.Name;
        // A truth value stands behind "=" only, and so does what would look like another flag.
        if (flag.Name == "--init")
            return $"{flag.Name}={value}";
        string word = Shown(flag.Name, value);
        return value.StartsWith('-') ? $"{flag.Name}={word}" : $"{flag.Name} {word}";
    }

    private string Shown(string name, string value)
    {
        if (name == "--security-opt" && value.StartsWith(RunFlags.SeccompOption, StringComparison.Ordinal) && value.Contains('{', StringComparison.Ordinal))
            return RunFlags.SeccompOption + WriteProfile(value[RunFlags.SeccompOption.Length..]);
        if (_secrets)
            return ShellQuote.Word(value);
        string shown = name is "--health-cmd" ? SecretMask.Line(value) : SecretMask.Pair(value);
        if (shown == value)
            return ShellQuote.Word(value);
        _masked = true;
        string variable = value[..Math.Max(value.IndexOf('=', StringComparison.Ordinal), 0)];
        // Filled in by the shell, which says which one is missing.
        return name == "--env" && IsVariable(variable) && shown == $"{variable}={SecretMask.Hidden}" ? $"{variable}=\"${{{variable}:?}}\"" : ShellQuote.Word(shown);
    }

    private static bool IsVariable(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    // The flag takes a file, and what was kept is what was in it.
    private string WriteProfile(string profile)
    {
        string file = ShellQuote.Word($"{_record.Name}-seccomp.json");
        _before.Append($"printf %s {ShellQuote.Word(profile)} > {file}\n");
        return file;
    }

    private void Comment(string text) => _before.Append("# ").Append(text.ReplaceLineEndings(" ")).Append('\n');
}
