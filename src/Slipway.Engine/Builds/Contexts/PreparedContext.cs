using Slipway.Linux.Files;

namespace Slipway.Engine.Builds.Contexts;

/// <summary>A build's context as a directory. What was brought for it is gone when it is disposed.</summary>
public sealed class PreparedContext : IDisposable
{
    private readonly LockedDirectory? _brought;

    internal PreparedContext(string directory, string? dockerfilePath, bool isCheckout, LockedDirectory? brought)
    {
        (Directory, DockerfilePath, IsCheckout) = (directory, dockerfilePath, isCheckout);
        _brought = brought;
    }

    /// <summary>Where its files are.</summary>
    public string Directory { get; }

    /// <summary>The Dockerfile; null for the context's own. A relative path is one in the context where that <see cref="IsBrought"/>.</summary>
    public string? DockerfilePath { get; }

    /// <summary>Whether a git checkout that the directory lies in tells where the image comes from.</summary>
    public bool IsCheckout { get; }

    /// <summary>When what a server gave was made; null where it came otherwise, or nobody knows.</summary>
    public Func<DateTimeOffset?>? Time { get; init; }

    /// <summary>What was brought beside it, for names of other contexts: gone with it.</summary>
    internal IReadOnlyList<PreparedContext> Others { get; set; } = [];

    /// <summary>Whether it is somebody else's, who must not name files of this host.</summary>
    public bool IsBrought => _brought is not null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PreparedContext other in Others)
            other.Dispose();
        _brought?.Dispose();
    }
}
