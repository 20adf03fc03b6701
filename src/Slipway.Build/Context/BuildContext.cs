using Slipway.Build.Dockerfile;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;

namespace Slipway.Build.Context;

/// <summary>Opens a build's directory: its Dockerfile, its ignore rules, and the tree that COPY reads. Nothing here writes.</summary>
internal static class BuildContext
{
    private const string DefaultName = "Dockerfile";
    private const string IgnoreName = ".dockerignore";

    /// <summary>Opens the context's root.</summary>
    /// <exception cref="SlipwayException">NotFound: no such directory.</exception>
    public static DirFd Open(string directory)
    {
        try
        {
            return DirFd.Open(Path.GetFullPath(directory));
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            throw new SlipwayException(ErrorKind.NotFound, $"unable to prepare context: path \"{Printable.Escape(directory)}\" not found", e);
        }
    }

    /// <summary>Reads the Dockerfile: in the context without ever leaving it, or where the caller says.</summary>
    /// <param name="root">The context.</param>
    /// <param name="path">The caller's path; null for the context's own Dockerfile.</param>
    /// <param name="inContext">Whether a relative path is one in the context.</param>
    public static DockerfileSource ReadDockerfile(DirFd root, string? path, bool inContext)
    {
        string name = path ?? DefaultName;
        byte[]? bytes = inContext && path is not null && !Path.IsPathRooted(path) ? ReadInContext(root, path, DockerfileReader.MaxBytes) : path is null
            ? ReadInContext(root, DefaultName, DockerfileReader.MaxBytes) ?? ReadInContext(root, DefaultName.ToLowerInvariant(), DockerfileReader.MaxBytes)
            : Read(() => TryOpenHost(path), name, DockerfileReader.MaxBytes);
        if (bytes is null)
            throw new SlipwayException(ErrorKind.NotFound, $"failed to read dockerfile: open {Printable.Escape(name)}: no such file or directory");
        return DockerfileReader.Decode(Path.GetFileName(name), bytes);
    }

    /// <summary>The rules of <c>NAME.dockerignore</c> beside the Dockerfile, else of <c>.dockerignore</c> in the context, else none.</summary>
    /// <param name="root">The context.</param>
    /// <param name="dockerfilePath">The caller's path; null for the context's own Dockerfile.</param>
    /// <param name="inContext">Whether a relative path is one in the context.</param>
    public static PathPatterns ReadIgnoreRules(DirFd root, string? dockerfilePath, bool inContext = false)
    {
        string own = (dockerfilePath ?? DefaultName) + IgnoreName;
        byte[]? bytes = dockerfilePath is null || (inContext && !Path.IsPathRooted(dockerfilePath)) ? ReadInContext(root, own, PathPatterns.MaxBytes) : Read(() => TryOpenHost(own), own, PathPatterns.MaxBytes);
        string name = bytes is null ? IgnoreName : Path.GetFileName(own);
        bytes ??= ReadInContext(root, IgnoreName, PathPatterns.MaxBytes);
        return bytes is null ? PathPatterns.None : PathPatterns.Parse(DockerfileReader.Decode(name, bytes));
    }

    private static byte[]? ReadInContext(DirFd root, string name, int maxBytes) =>
        Read(() => root.TryOpenPath(FileNames.Encode(name), OpenFlags.ReadOnly | OpenFlags.NonBlocking, Resolve.Beneath), name, maxBytes);

    // Regular files only: a FIFO would wait for ever, a device may answer for ever.
    private static byte[]? Read(Func<SafeFd?> open, string name, int maxBytes)
    {
        using SafeFd? file = open();
        if (file is null)
            return null;
        FileStatus status = file.Status();
        if (!status.IsRegular)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{Printable.Escape(name)}': it is not a regular file");
        if (status.Size > maxBytes)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read '{Printable.Escape(name)}': it is larger than {maxBytes >> 20} MiB");
        var bytes = new byte[maxBytes + 1];
        int length = 0;
        for (int read; length < bytes.Length && (read = file.Read(bytes.AsSpan(length))) > 0;)
            length += read;
        return bytes[..length];
    }

    private static SafeFd? TryOpenHost(string path)
    {
        try
        {
            return FileDescriptor.Open(Path.GetFullPath(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }
}
