namespace Slipway.Engine.Recording;

/// <summary>In which words a container's creation is told.</summary>
public enum CreationForm
{
    /// <summary>A command line of slip.</summary>
    Slip,

    /// <summary>A command line of docker.</summary>
    Docker,

    /// <summary>The body of the Docker Engine API's <c>POST /containers/create</c>.</summary>
    Json,

    /// <summary>A service of a compose file.</summary>
    Compose,

    /// <summary>A <c>.container</c> file for podman's systemd generator (podman-systemd.unit(5)).</summary>
    Unit,
}
