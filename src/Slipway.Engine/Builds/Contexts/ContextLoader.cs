using System.Text;
using Slipway.Build.Context;
using Slipway.Build.Fetching;
using Slipway.Build.Provenance;
using Slipway.Linux;
using Slipway.Linux.Files;
using Slipway.Oci;
using Slipway.Store.Archives;

namespace Slipway.Engine.Builds.Contexts;

/// <summary>
/// Brings what <c>build</c> was given as its context: a directory stays where it is; a tar or a Dockerfile from standard input or a server, and a
/// git repository, are put under the store's staging directory, beneath a directory of their own.
/// </summary>
/// <param name="tmp">The staging directory.</param>
/// <param name="fetcher">Brings what is elsewhere.</param>
internal sealed class ContextLoader(string tmp, IFetcher fetcher)
{
    private const string Standard = "-";
    private const int MaxDockerfile = 16 << 20;
    private const uint OpenMode = 0b111_101_101;

    /// <summary>Brings it.</summary>
    /// <param name="context">A directory, <c>-</c>, or a URL.</param>
    /// <param name="dockerfile">The Dockerfile: a path, <c>-</c> for standard input; null for the context's.</param>
    /// <param name="input">Standard input; read only where it is asked for.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="SlipwayException">InvalidArgument: standard input can't be both; or what a fetch says.</exception>
    public async Task<PreparedContext> LoadAsync(string context, string? dockerfile, Stream input, CancellationToken ct)
    {
        if (context == Standard && dockerfile == Standard)
            throw new SlipwayException(ErrorKind.InvalidArgument, "invalid argument: can't use stdin for both build context and dockerfile");
        if (context != Standard && dockerfile != Standard && !GitReference.IsRemote(context))
            return new(context, dockerfile, isCheckout: true, null);
        var brought = LockedDirectory.Create(tmp, "stage-");
        try
        {
            brought.Directory.MakeDirectory("context"u8, OpenMode);
            return await LoadAsync(context, dockerfile, input, brought, ct).ConfigureAwait(false);
        }
        catch
        {
            brought.Dispose();
            throw;
        }
    }

    /// <summary>Brings what a name of another context stands for.</summary>
    /// <param name="name">That name, for errors.</param>
    /// <param name="url">A git repository, or an archive of a server's.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="SlipwayException">InvalidArgument: it is neither; or what a fetch says.</exception>
    public async Task<PreparedContext> LoadNamedAsync(string name, string url, CancellationToken ct)
    {
        PreparedContext context = await LoadAsync(url, null, Stream.Null, ct).ConfigureAwait(false);
        if (context is { IsBrought: true, DockerfilePath: null })
            return context;
        context.Dispose();
        throw new SlipwayException(ErrorKind.InvalidArgument, $"build context '{Printable.Escape(name)}': what {Printable.Escape(url)} gives is no archive, and it is no git repository");
    }

    private async Task<PreparedContext> LoadAsync(string context, string? dockerfile, Stream input, LockedDirectory brought, CancellationToken ct)
    {
        string place = Path.Join(brought.Path, "context");
        if (GitReference.IsRemote(context))
        {
            if (ParseGit(context) is { } repository)
            {
                string directory = await CheckOutAsync(repository, brought, ct).ConfigureAwait(false);
                return new(directory, dockerfile, isCheckout: true, brought) { Time = () => GitCheckout.Find(directory)?.Time };
            }
            FetchedFile fetched = await fetcher.DownloadAsync(UriOf(context), brought.Directory, "download", ct).ConfigureAwait(false);
            FileStream Open() => brought.Directory.OpenName("download"u8, OpenFlags.ReadOnly).ToStream(FileAccess.Read);
            using FileStream file = Open();
            return Take(file, dockerfile, place, brought, () => fetched.Modified ?? NewestIn(Open, ct), ct);
        }
        if (context == Standard)
            return Take(input, dockerfile, place, brought, null, ct);
        return new(context, SaveDockerfile(input, brought), isCheckout: true, brought);
    }

    // An archive is a context; what is none is a Dockerfile without one.
    private static PreparedContext Take(Stream content, string? dockerfile, string place, LockedDirectory brought, Func<DateTimeOffset?>? time, CancellationToken ct)
    {
        using var rewound = new PeekedStream(content, ArchiveKind.HeaderLength);
        if (!ArchiveKind.IsTar(rewound.Head) && !ArchiveKind.IsCompressed(rewound.Head))
            return new(place, SaveDockerfile(rewound, brought), isCheckout: false, brought) { Time = time };
        using Stream plain = Compression.OpenArchive(rewound);
        using (DirFd root = brought.Directory.OpenDirectory("context"u8))
            new TreeUnpacker(root, new UnpackOptions { Whiteouts = WhiteoutMode.Literal }).Unpack(new TarEntryReader(plain) { MayLackEnd = true }, ct);
        return new(place, dockerfile, isCheckout: false, brought) { Time = time };
    }

    private static DateTimeOffset? NewestIn(Func<FileStream> open, CancellationToken ct)
    {
        using FileStream archive = open();
        return ArchiveTime.NewestOf(archive, ct);
    }

    private static Uri UriOf(string context) => Uri.TryCreate(context, UriKind.Absolute, out Uri? url)
        ? url
        : throw new SlipwayException(ErrorKind.InvalidArgument, $"invalid URL '{Printable.Escape(context)}'");

    private static string SaveDockerfile(Stream content, LockedDirectory brought)
    {
        var text = new byte[MaxDockerfile + 1];
        int length = content.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        if (length > MaxDockerfile)
            throw new SlipwayException(ErrorKind.InvalidArgument, $"read the Dockerfile: it is larger than {MaxDockerfile >> 20} MiB");
        using (SafeFd file = brought.Directory.CreateFile("Dockerfile"u8))
            file.WriteAt(text.AsSpan(0, length), 0);
        return Path.Join(brought.Path, "Dockerfile");
    }

    // The repository's own directory goes beside the context: it tells commit and time, and is no part of what COPY sees.
    private async Task<string> CheckOutAsync(GitReference repository, LockedDirectory brought, CancellationToken ct)
    {
        string commit = await fetcher.ResolveAsync(repository, ct).ConfigureAwait(false);
        using DirFd root = brought.Directory.OpenDirectory("context"u8);
        await fetcher.CheckOutAsync(repository, commit, root, brought.Directory, ct).ConfigureAwait(false);
        if (repository.Subdirectory is not { } sub)
            return Path.Join(brought.Path, "context");
        // Not by way of links: they lead where the repository wants.
        using DirFd? directory = root.TryOpenDirectory(Encoding.UTF8.GetBytes(sub), Resolve.NoLinks);
        return directory is not null
            ? Path.Join(brought.Path, "context", sub)
            : throw new SlipwayException(ErrorKind.NotFound, $"'{Printable.Escape(sub)}' is no directory of the repository");
    }

    private static GitReference? ParseGit(string context)
    {
        try
        {
            return GitReference.TryParse(context);
        }
        catch (FormatException e)
        {
            throw new SlipwayException(ErrorKind.InvalidArgument, e.Message, e);
        }
    }
}
