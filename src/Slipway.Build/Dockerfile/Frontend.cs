namespace Slipway.Build.Dockerfile;

/// <summary>
/// Which program reads a Dockerfile, where BuildKit fetches that as an image: <c># syntax=</c>. We are the one for Docker's own, in whatever version it is
/// asked for; what another would make of the file nobody here knows.
/// </summary>
public static class Frontend
{
    private static readonly string[] s_own = ["docker/dockerfile", "docker/dockerfile-upstream"];

    /// <summary>What is wrong with a frontend's image; null where it is ours.</summary>
    /// <param name="image">As written; what follows a space is the frontend's own.</param>
    public static string? Refusal(string image)
    {
        ArgumentNullException.ThrowIfNull(image);
        string name = image.Split(' ')[0].Split('@')[0];
        int colon = name.LastIndexOf(':');
        name = colon > name.LastIndexOf('/') ? name[..colon] : name;
        name = name.StartsWith("docker.io/", StringComparison.Ordinal) ? name["docker.io/".Length..] : name;
        return s_own.Contains(name) ? null : $"frontend '{Linux.Printable.Escape(name)}' is not served: Slipway reads Dockerfiles by itself, as docker/dockerfile";
    }
}
