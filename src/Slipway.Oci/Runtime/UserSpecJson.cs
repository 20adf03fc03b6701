using Slipway.Oci.Json;

namespace Slipway.Oci.Runtime;

/// <summary>A process's identity as text.</summary>
internal static class UserSpecJson
{
    public static UserSpec? Read(scoped ref JsonReader json)
    {
        if (!json.BeginObject())
            return null;
        uint? uid = null, gid = null, umask = null;
        List<uint>? groups = null;
        while (json.NextMember(out string? name))
        {
            switch (name)
            {
                case "uid": uid = json.UInt32(); break;
                case "gid": gid = json.UInt32(); break;
                case "umask": umask = json.UInt32(); break;
                case "additionalGids": groups = json.UInt32s(); break;
                default: json.Skip(); break;
            }
        }
        return new UserSpec { Uid = uid ?? 0, Gid = gid ?? 0, Umask = umask, AdditionalGids = groups };
    }

    public static void Write(JsonWriter json, UserSpec user)
    {
        json.Write("uid"u8, user.Uid);
        json.Write("gid"u8, user.Gid);
        json.Write("umask"u8, user.Umask);
        json.Write("additionalGids"u8, user.AdditionalGids);
    }
}
