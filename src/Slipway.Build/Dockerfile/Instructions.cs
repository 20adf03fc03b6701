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

internal sealed record RunInstruction(InstructionNode Node, CommandLine Command, IReadOnlyList<string> Mounts, string Network, string? Security, IReadOnlyList<string> Devices)
    : Instruction(Node);

/// <summary>COPY or ADD.</summary>
/// <param name="Node">Where it stands.</param>
/// <param name="Sources">At least one.</param>
/// <param name="Destination">As written.</param>
/// <param name="IsJson">The words came from a JSON array: their quotes are text.</param>
/// <param name="From">Stage, stage number or image; null for the context.</param>
/// <param name="Chown"><c>user[:group]</c>.</param>
/// <param name="Chmod">Octal digits, or symbolic.</param>
/// <param name="Options">The rarer flags.</param>
internal sealed record CopyInstruction(
    InstructionNode Node, IReadOnlyList<string> Sources, string Destination, bool IsJson, string? From, string? Chown, string? Chmod, CopyOptions Options)
    : Instruction(Node)
{
    /// <summary>ADD: archives of the context are unpacked.</summary>
    public bool IsAdd => Node.Keyword == "ADD";
}

/// <summary>Flags of COPY and ADD that are read but not built yet.</summary>
internal sealed record CopyOptions(bool Link, bool Parents, IReadOnlyList<string> Excludes, string? Checksum, bool KeepGitDir, bool? Unpack);

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

/// <summary>HEALTHCHECK, read but not built yet.</summary>
internal sealed record HealthcheckInstruction(InstructionNode Node, CommandLine? Command) : Instruction(Node);

/// <summary>ONBUILD: another instruction, for the image's children; read but not built yet.</summary>
internal sealed record OnbuildInstruction(InstructionNode Node, string Trigger) : Instruction(Node);
