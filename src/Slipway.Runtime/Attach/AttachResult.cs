namespace Slipway.Runtime.Attach;

/// <summary>Why a client's attachment ended.</summary>
public enum AttachEnd
{
    /// <summary>The process has ended; its code is known and all its output was delivered.</summary>
    Exited,

    /// <summary>The person pressed the detach keys. The process runs on.</summary>
    Detached,

    /// <summary>Nobody reads our output any more (EPIPE). The process runs on.</summary>
    OutputClosed,

    /// <summary>The monitor is gone, or dropped us for reading too slowly.</summary>
    Lost,
}

/// <summary>How it ended; <paramref name="ExitCode"/> means something after <see cref="AttachEnd.Exited"/> only.</summary>
public readonly record struct AttachResult(AttachEnd End, int ExitCode);
