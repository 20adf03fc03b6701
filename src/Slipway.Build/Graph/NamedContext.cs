using Slipway.Oci;

namespace Slipway.Build.Graph;

/// <summary>What a name of <c>--build-context</c> stands for: in FROM, in COPY --from and in RUN --mount=from.</summary>
public abstract record NamedContext
{
    /// <summary>What <c>docker-image://REF</c> is: another image, or none at all, as FROM has it.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: not a name.</exception>
    public static NamedContext OfImage(string reference) => reference == "scratch" ? new EmptyContext() : new ImageContext(Reference.Parse(reference));
}

/// <summary>A directory of the host's, read as the build's own context is, its ignore file included.</summary>
/// <param name="Path">Where it lies.</param>
public sealed record DirectoryContext(string Path) : NamedContext
{
    /// <summary>When what was brought there was made; null: nobody knows.</summary>
    public Func<DateTimeOffset?>? Time { get; init; }
}

/// <summary>A git repository or an archive of a server's; it is a directory by the time it is built with.</summary>
/// <param name="Url">As a build's own context is named.</param>
public sealed record RemoteContext(string Url) : NamedContext;

/// <summary>Nothing, as <c>FROM scratch</c> begins with: <c>docker-image://scratch</c>.</summary>
public sealed record EmptyContext : NamedContext;

/// <summary>Another image: <c>docker-image://REF</c>.</summary>
/// <param name="Name">Its name.</param>
public sealed record ImageContext(Reference Name) : NamedContext;

/// <summary>An image of an OCI layout directory: <c>oci-layout://PATH[:TAG|@DIGEST]</c>.</summary>
/// <param name="Path">The directory.</param>
/// <param name="Name">Which of its images; null: its only one.</param>
public sealed record LayoutContext(string Path, string? Name) : NamedContext;
