using System.Text;
using Slipway.Linux;
using Slipway.Linux.Files;

namespace Slipway.Store.Tests.Archives;

/// <summary>The attributes of one name.</summary>
internal sealed class SafeFdHolder(DirFd parent, string name) : IDisposable
{
    private readonly SafeFd _file = parent.OpenName(Encoding.UTF8.GetBytes(name), OpenFlags.Path);

    public IEnumerable<string> Keys => _file.ListXattrs().Select(Encoding.UTF8.GetString);

    public string? this[string key] => _file.FindXattr(Encoding.UTF8.GetBytes(key)) is { } value ? Encoding.UTF8.GetString(value) : null;

    public void Dispose() => _file.Dispose();
}
