using System.Globalization;
using Slipway.Oci;

namespace Slipway.Runtime.Restarting;

/// <summary>What happens when a container's process has ended by itself.</summary>
public enum RestartKind
{
    /// <summary>Nothing.</summary>
    No,

    /// <summary>It is started again, and after a reboot in any case.</summary>
    Always,

    /// <summary>It is started again, and after a reboot unless somebody had stopped it.</summary>
    UnlessStopped,

    /// <summary>It is started again where its exit code isn't 0.</summary>
    OnFailure,

    /// <summary>As <see cref="OnFailure"/>, and it is stopped to be started again when its health check finds it unhealthy.</summary>
    OnUnhealthy,
}

/// <summary>A restart policy: docker's, and <c>on-unhealthy</c>.</summary>
/// <param name="Kind">When.</param>
/// <param name="MaxRetries">As <see cref="MaxRetries"/>.</param>
public sealed record RestartPolicy(RestartKind Kind, int MaxRetries = 0)
{
    /// <summary>How often at most; 0 is without limit, and what every kind has that doesn't count.</summary>
    public int MaxRetries { get; } = Kind is RestartKind.OnFailure or RestartKind.OnUnhealthy ? Math.Max(MaxRetries, 0) : 0;

    /// <summary>No restarts.</summary>
    public static RestartPolicy None { get; } = new(RestartKind.No);

    /// <summary>Docker's word for it.</summary>
    public string Name => Kind switch
    {
        RestartKind.Always => "always",
        RestartKind.UnlessStopped => "unless-stopped",
        RestartKind.OnFailure => "on-failure",
        RestartKind.OnUnhealthy => "on-unhealthy",
        _ => "no",
    };

    /// <summary>Whether its container is to be started again.</summary>
    /// <param name="exitCode">How its process ended.</param>
    /// <param name="restarts">How often this has happened since somebody started it.</param>
    /// <param name="unhealthy">It was stopped because it was unhealthy.</param>
    public bool Wants(int exitCode, int restarts, bool unhealthy) => Kind switch
    {
        RestartKind.Always or RestartKind.UnlessStopped => true,
        RestartKind.OnFailure or RestartKind.OnUnhealthy => (exitCode != 0 || unhealthy) && (MaxRetries == 0 || restarts < MaxRetries),
        _ => false,
    };

    /// <summary>Reads <c>on-failure:3</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument.</exception>
    public static RestartPolicy Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        if (parts is ["", _])
            throw Invalid("invalid restart policy format: no policy provided before colon");
        int retries = 0;
        if (parts is [_, { Length: > 0 } count] && !int.TryParse(count, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out retries))
            throw Invalid("invalid restart policy format: maximum retry count must be an integer");
        RestartKind kind = parts[0] switch
        {
            "" or "no" => RestartKind.No,
            "always" => RestartKind.Always,
            "unless-stopped" => RestartKind.UnlessStopped,
            "on-failure" => RestartKind.OnFailure,
            "on-unhealthy" => RestartKind.OnUnhealthy,
            _ => throw Invalid($"invalid restart policy: unknown policy '{Linux.Printable.Escape(parts[0])}'; use one of 'no', 'always', 'on-failure', 'on-unhealthy', or 'unless-stopped'"),
        };
        if (retries != 0 && kind is not (RestartKind.OnFailure or RestartKind.OnUnhealthy))
            throw Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        return retries < 0 ? throw Invalid("invalid restart policy: maximum retry count cannot be negative") : new(kind, retries);
    }

    /// <inheritdoc/>
    public override string ToString() => MaxRetries == 0 ? Name : string.Create(CultureInfo.InvariantCulture, $"{Name}:{MaxRetries}");

    private static SlipwayException Invalid(string message) => new(ErrorKind.InvalidArgument, message);
}
