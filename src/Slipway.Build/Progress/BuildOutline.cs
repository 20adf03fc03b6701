using Slipway.Build.Dockerfile;
using Slipway.Oci;

namespace Slipway.Build.Progress;

/// <summary>What a Dockerfile says, up to the stage that is built: for those who tell a build instruction by instruction, as docker's first builder did.</summary>
/// <param name="Instructions">In the order of the file.</param>
/// <param name="UnusedArguments">Build arguments that were given and that nothing in it asks for, sorted.</param>
public sealed record BuildOutline(IReadOnlyList<OutlinedInstruction> Instructions, IReadOnlyList<string> UnusedArguments);

/// <summary>An instruction as it is written.</summary>
/// <param name="Lines">Where it stands.</param>
/// <param name="Keyword">Its name, in capitals.</param>
/// <param name="Text">Its logical line.</param>
public sealed record OutlinedInstruction(LineRange Lines, string Keyword, string Text)
{
    /// <summary>For a FROM: how many ONBUILD instructions of its image are executed there.</summary>
    public int Triggers { get; init; }

    /// <summary>For a FROM: the image that its stage begins with; null where that is a stage, nothing, or not known yet.</summary>
    public Digest? Image { get; init; }
}
