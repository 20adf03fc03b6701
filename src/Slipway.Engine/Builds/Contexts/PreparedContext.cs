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

    /// <summary>Whether it is somebody else's, who must not name files of this host.</summary>
    public bool IsBrought => _brought is not null;

    /// <inheritdoc/>
    public void Dispose() => _brought?.Dispose();
}
