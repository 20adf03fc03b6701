using Slipway.Api.Routing;

namespace Slipway.Api.Routes;

/// <summary>The whole table, one line a group.</summary>
internal static class AllRoutes
{
    public static RouteTable Make()
    {
        var routes = new RouteTable();
        SystemRoutes.Add(routes);
        EventRoutes.Add(routes);
        ContainerRoutes.Add(routes);
        ContainerLifeRoutes.Add(routes);
        ContainerFileRoutes.Add(routes);
        AttachRoutes.Add(routes);
        LogRoutes.Add(routes);
        StatsRoutes.Add(routes);
        ExecRoutes.Add(routes);
        ImageTransferRoutes.Add(routes);
        ImageSearchRoutes.Add(routes);
        ImageRoutes.Add(routes);
        NetworkRoutes.Add(routes);
        VolumeRoutes.Add(routes);
        BuildRoutes.Add(routes);
        BuildKitRoutes.Add(routes);
        SwarmRoutes.Add(routes);
        return routes;
    }
}
