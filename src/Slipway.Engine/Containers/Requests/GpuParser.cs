using System.Globalization;
using Slipway.Build.Dockerfile;
using Slipway.Engine.Devices;
using Slipway.Oci;

namespace Slipway.Engine.Containers.Requests;

/// <summary>Reads and writes <c>--gpus</c>.</summary>
public static class GpuParser
{
    private const string Gpu = "gpu", All = "all";

    /// <summary><c>all</c>, <c>2</c>, <c>"device=0,GPU-1"</c>, <c>all,capabilities=utility</c>, <c>driver=nvidia,count=2,options=key=value</c>.</summary>
    /// <exception cref="SlipwayException">InvalidArgument, in docker's words.</exception>
    public static DriverRequest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int? count = null;
        string driver = "";
        List<string> ids = [], capabilities = [Gpu];
        Dictionary<string, string> options = [];
        HashSet<string> seen = [];
        foreach (string field in Fields(text))
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            (string key, string value) = equals < 0 ? ("count", field) : (field[..equals], field[(equals + 1)..]);
            if (!seen.Add(key))
                throw Invalid(text, $"gpu request key '{key}' can be specified only once");
            switch (key)
            {
                case "driver": driver = value; break;
                case "count": count = CountOf(text, value); break;
                case "device": ids = [.. CsvFields.Read(value)]; break;
                case "capabilities": capabilities = [.. CsvFields.Read(value), Gpu]; break;
                case "options":
                    foreach (string option in CsvFields.Read(value))
                        options[option.Split('=', 2)[0]] = option.Split('=', 2) is [_, var set] ? set : "";
                    break;
                default: throw Invalid(text, $"unexpected key '{key}' in '{field}'");
            }
        }
        if (count is not null && ids.Count > 0)
            throw Invalid(text, "cannot set both Count and DeviceIDs on device request");
        return new() { Driver = driver, Count = count ?? (ids.Count > 0 ? 0 : 1), Ids = ids, Capabilities = [string.Join(',', capabilities.Distinct())], Options = options };
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public static string Write(DriverRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<string> fields = [];
        if (request.Ids.Count > 0)
            fields.Add(Quoted("device", request.Ids));
        else
            fields.Add(request.Count < 0 ? All : request.Count.ToString(CultureInfo.InvariantCulture));
        if (request.Driver.Length > 0)
            fields.Add("driver=" + request.Driver);
        string[] capabilities = [.. request.Capabilities.SelectMany(c => c.Split(',')).Except([Gpu])];
        if (capabilities.Length > 0)
            fields.Add(Quoted("capabilities", capabilities));
        if (request.Options.Count > 0)
            fields.Add(Quoted("options", [.. request.Options.Select(o => $"{o.Key}={o.Value}")]));
        return string.Join(',', fields);
    }

    // Docker's command line is often given "device=0,1" with the quotes in it: the whole is one field then.
    private static IReadOnlyList<string> Fields(string text)
    {
        try
        {
            return CsvFields.Read(text);
        }
        catch (SlipwayException e)
        {
            throw Invalid(text, e.Message);
        }
    }

    private static int CountOf(string text, string value) => value == All ? -1
        : int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count) && count >= -1 ? count : throw Invalid(text, $"invalid count ({value}): value must be either \"all\" or an integer");

    private static string Quoted(string key, IReadOnlyList<string> values) => values.Count == 1 ? $"{key}={values[0]}" : $"\"{key}={string.Join(',', values)}\"";

    private static SlipwayException Invalid(string text, string why) => new(ErrorKind.InvalidArgument, $"invalid argument \"{text}\" for \"--gpus\" flag: {why}");
}
