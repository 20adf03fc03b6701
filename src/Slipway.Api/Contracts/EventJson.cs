using System.Text.Json.Nodes;
using Slipway.Engine.Events;
using Slipway.Engine.Inspecting;

namespace Slipway.Api.Contracts;

/// <summary>A line of <c>GET /events</c> (EventMessage), with the members of old for those who still read them.</summary>
internal static class EventJson
{
    public static JsonObject Of(EventRecord record)
    {
        JsonObject json = [];
        if (record.Type is "container" or "image")
        {
            json["status"] = record.Action;
            json["id"] = record.Actor;
        }
        if (record.Type is "container" && record.Attributes.TryGetValue("image", out string? image))
            json["from"] = image;
        json["Type"] = record.Type;
        json["Action"] = record.Action;
        json["Actor"] = new JsonObject { ["ID"] = record.Actor, ["Attributes"] = InspectJson.Map(record.Attributes) };
        json["scope"] = "local";
        json["time"] = record.Time.ToUnixTimeSeconds();
        json["timeNano"] = (record.Time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return json;
    }
}
