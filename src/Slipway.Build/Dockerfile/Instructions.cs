using Slipway.Oci.Image;

namespace Slipway.Build.Dockerfile;

/// <summary>An instruction whose arguments have been understood; variables are not expanded yet.</summary>
/// <param name="Node">Where it stands and how it was written.</param>
internal abstract record Instruction(InstructionNode Node)
{
    /// <summary>Its lines.</summary>
    public LineRange Lines => Node.Lines;
}

/// <summary>A command in one of its two forms. In shell form <paramref name="Words"/> is one string, the shell's to read.</summary>
internal sealed record CommandLine(bool IsExec, IReadOnlyList<string> Words);

internal sealed record KeyValue(string Key, string Value);

internal sealed record FromInstruction(InstructionNode Node, string Image, string? StageName, string? Platform) : Instruction(Node);

/// <summary>RUN.</summary>
/// <param name="Node">Where it stands.</param>
/// <param name="Command">What to run.</param>
/// <param name="Mounts">Each <c>--mount</c> as written, and what its <c>from</c> says.</param>
/// <param name="Network">default, none or host.</param>
/// <param name="IsInsecure"><c>--security=insecure</c>.</param>
internal sealed record RunInstruction(
    InstructionNode Node, CommandLine Command, IReadOnlyList<(string Text, string? From)> Mounts, string Network, bool IsInsecure)
    : Instruction(Node);

/// <summary>COPY or ADD.</summary>
/// <param name="Node">Where it stands.</param>
/// <param name="Sources">Paths, patterns, URLs.</param>
/// <param name="Documents">Here-documents that become files of their names, after the sources.</param>
/// <param name="Destination">As written.</param>
/// <param name="From">Stage, stage number or image; null for the context.</param>
/// <param name="Chown"><c>user[:group]</c>.</param>
/// <param name="Chmod">Octal digits, or symbolic.</param>
/// <param name="Options">The rarer flags.</param>
internal sealed record CopyInstruction(
    InstructionNode Node, IReadOnlyList<string> Sources, IReadOnlyList<Heredoc> Documents, string Destination, string? From, string? Chown, string? Chmod,
    CopyOptions Options)
    : Instruction(Node)
{
    /// <summary>ADD: archives of the context are unpacked.</summary>
    public bool IsAdd => Node.Keyword == "ADD";
}

/// <summary>The rarer flags of COPY and ADD.</summary>
/// <param name="Link">The layer doesn't depend on what it stands on.</param>
/// <param name="Parents">The sources' directories are kept.</param>
/// <param name="Excludes">Patterns of what is left out.</param>
/// <param name="Checksum">What a URL's content or a repository's commit must be.</param>
/// <param name="KeepGitDir">A repository's <c>.git</c> comes too; null: as the source says, else not.</param>
/// <param name="Unpack">Whether archives become what they hold; null: local ones.</param>
internal sealed record CopyOptions(bool Link, bool Parents, IReadOnlyList<string> Excludes, string? Checksum, bool? KeepGitDir, bool? Unpack);

internal sealed record EnvInstruction(InstructionNode Node, IReadOnlyList<KeyValue> Pairs) : Instruction(Node);

internal sealed record LabelInstruction(InstructionNode Node, IReadOnlyList<KeyValue> Pairs) : Instruction(Node);

/// <summary>ARG; a null default is none.</summary>
internal sealed record ArgInstruction(InstructionNode Node, IReadOnlyList<(string Name, string? Default)> Arguments) : Instruction(Node);

internal sealed record CmdInstruction(InstructionNode Node, CommandLine Command) : Instruction(Node);

internal sealed record EntrypointInstruction(InstructionNode Node, CommandLine Command) : Instruction(Node);

internal sealed record ShellInstruction(InstructionNode Node, IReadOnlyList<string> Words) : Instruction(Node);

internal sealed record WorkdirInstruction(InstructionNode Node, string Path) : Instruction(Node);

internal sealed record UserInstruction(InstructionNode Node, string User) : Instruction(Node);

internal sealed record ExposeInstruction(InstructionNode Node, IReadOnlyList<string> Ports) : Instruction(Node);

internal sealed record VolumeInstruction(InstructionNode Node, IReadOnlyList<string> Paths) : Instruction(Node);

internal sealed record StopSignalInstruction(InstructionNode Node, string Signal) : Instruction(Node);

internal sealed record MaintainerInstruction(InstructionNode Node, string Author) : Instruction(Node);

internal sealed record HealthcheckInstruction(InstructionNode Node, HealthCheck Check) : Instruction(Node);

/// <summary>ONBUILD: another instruction, as text, for the image's children.</summary>
internal sealed record OnbuildInstruction(InstructionNode Node, string Trigger) : Instruction(Node);
