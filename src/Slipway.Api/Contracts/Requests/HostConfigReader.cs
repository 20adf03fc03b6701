using System.Globalization;
using Slipway.Api.Wire;
using Slipway.Engine.Containers;
using Slipway.Engine.Containers.Requests;
using Slipway.Oci;
using Slipway.Runtime.Restarting;

namespace Slipway.Api.Contracts.Requests;

/// <summary>What a HostConfig says of a container's life, its log and what runs it.</summary>
internal static class HostConfigReader
{
    /// <exception cref="ApiException">400: something that isn't there.</exception>
    public static ContainerRequest Read(JsonInput host, ContainerRequest request)
    {
        Refuse(host);
        return request with
        {
            AutoRemove = host.Flag("AutoRemove"),
            Init = host.Bool("Init"),
            Restart = Restart(host.Object("RestartPolicy"), host.Flag("AutoRemove")),
            Log = Log(host.Object("LogConfig")),
            Groups = host.Texts("GroupAdd") ?? [],
            Annotations = host.Map("Annotations") is var annotations && annotations.ContainsKey("")
                ? throw ApiException.BadRequest("invalid Annotations: the empty string is not permitted as an annotation key")
                : annotations,
            ContainerIdFile = host.Text("ContainerIDFile"),
            Runtime = host.Text("Runtime"),
            Isolation = host.Text("Isolation"),
            VolumeDriver = host.Text("VolumeDriver"),
        };
    }

    /// <summary>A RestartPolicy.</summary>
    /// <exception cref="SlipwayException">InvalidArgument: no such policy.</exception>
    public static RestartPolicy Restart(JsonInput policy, bool autoRemove = false)
    {
        string name = policy.Text("Name") ?? "";
        int retries = policy.Int("MaximumRetryCount") ?? 0;
        var read = RestartPolicy.Parse(retries == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{(name.Length > 0 ? name : "no")}:{retries}"));
        return autoRemove && read.Kind is not RestartKind.No ? throw ApiException.BadRequest("can't create 'AutoRemove' container with restart policy") : read;
    }

    // Without a driver, it is the usual one, which the options of the server name.
    private static LogRequest Log(JsonInput log)
    {
        IReadOnlyDictionary<string, string> options = log.Map("Config");
        return log.Text("Type") is null && options.Count == 0 ? LogRequest.Default : new(log.Text("Type") ?? "", options);
    }

    private static void Refuse(JsonInput host)
    {
        if (host.Text("Isolation") is { } isolation and not "default")
            throw ApiException.BadRequest($"invalid isolation '{Linux.Printable.Escape(isolation)}' on linux");
        if (host.NonZero("IOMaximumBandwidth") is not null)
            throw ApiException.BadRequest("invalid option: QoS maximum bandwidth configuration is not supported on linux");
        if (host.NonZero("IOMaximumIOps") is not null)
            throw ApiException.BadRequest("invalid option: QoS maximum IOPs configuration is not supported on linux");
        if (host.Map("StorageOpt") is { Count: > 0 } storage)
            throw ApiException.BadRequest($"--storage-opt is supported only for writable layers that have a size of their own, which none has here ({Linux.Printable.Escape(storage.First().Key)})");
    }
}
