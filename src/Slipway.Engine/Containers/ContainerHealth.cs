using Slipway.Oci;
using Slipway.Oci.Image;
using Slipway.Runtime.Health;
using Slipway.Runtime.Restarting;

namespace Slipway.Engine.Containers;

/// <summary>The health check of a container: its own settings over its image's.</summary>
public static class ContainerHealth
{
    private const long Millisecond = 1_000_000;
    private const int DefaultInterval = 30_000, DefaultTimeout = 30_000, DefaultStartInterval = 5_000, DefaultRetries = 3;
    private const string None = "NONE", Shell = "CMD-SHELL";

    /// <summary>What holds for a container, unset values as they are; null: there is no check.</summary>
    public static HealthCheck? Of(ContainerRequest request, ExecutionConfig? image)
    {
        HealthCheck? own = request.Health, inherited = image?.Healthcheck;
        HealthCheck? check = own is null ? inherited : own with
        {
            Test = own.Test.Count > 0 ? own.Test : inherited?.Test ?? [],
            Interval = own.Interval ?? inherited?.Interval,
            Timeout = own.Timeout ?? inherited?.Timeout,
            StartPeriod = own.StartPeriod ?? inherited?.StartPeriod,
            StartInterval = own.StartInterval ?? inherited?.StartInterval,
            Retries = own.Retries ?? inherited?.Retries,
        };
        return check is null || check.Test.Count < 2 || check.Test[0] == None ? null : check;
    }

    /// <summary>Refuses times that nobody means.</summary>
    internal static void Check(ContainerRequest request)
    {
        if (request.Health is not { } own)
            return;
        foreach ((string name, long? value) in ((string, long?)[])[("Interval", own.Interval), ("Timeout", own.Timeout), ("StartPeriod", own.StartPeriod), ("StartInterval", own.StartInterval)])
        {
            if (value is not (null or 0) && value < Millisecond)
                throw new SlipwayException(ErrorKind.InvalidArgument, $"{name} in Healthcheck cannot be less than 1ms");
        }
        if (own.Retries < 0)
            throw new SlipwayException(ErrorKind.InvalidArgument, "Retries in Healthcheck cannot be negative");
    }

    /// <summary>What its monitor is told; null: there is no check.</summary>
    internal static HealthRule? RuleOf(ContainerRequest request, ExecutionConfig? image, Func<int> stopSignal, int stopSeconds, string cache)
    {
        if (Of(request, image) is not { } check)
            return null;
        string[] shell = [.. (request.Shell ?? image?.Shell) is { Count: > 0 } own ? own : ["/bin/sh", "-c"]];
        bool stops = request.Restart.Kind is RestartKind.OnUnhealthy;
        int interval = Milliseconds(check.Interval, DefaultInterval);
        return new HealthRule
        {
            Command = check.Test[0] == Shell ? [.. shell, check.Test[1]] : [.. check.Test.Skip(1)],
            Interval = interval,
            Timeout = Milliseconds(check.Timeout, DefaultTimeout),
            StartPeriod = Milliseconds(check.StartPeriod, 0),
            // Nobody who asks every second wants the first look only after five.
            StartInterval = Milliseconds(check.StartInterval, Math.Min(DefaultStartInterval, interval)),
            Retries = check.Retries is > 0 and int retries ? retries : DefaultRetries,
            StopSignal = stops ? stopSignal() : 0,
            StopTimeout = (int)Math.Min(Math.Max(stopSeconds, 0) * 1000L, int.MaxValue),
            SeccompCacheDir = cache,
        };
    }

    private static int Milliseconds(long? nanoseconds, int usual) =>
        nanoseconds is > 0 and long value ? (int)Math.Clamp(value / Millisecond, 1, int.MaxValue) : usual;
}
