using Microsoft.AspNetCore.Connections;

namespace Slipway.Api.Server;

/// <summary>A connection that is Kestrel's from when it took it until it has disposed of it, whatever happened to the client meanwhile: so it can be told when Kestrel has none.</summary>
internal abstract class ServedConnection : DefaultConnectionContext
{
    private Action? _over;

    /// <summary>Kestrel takes it.</summary>
    /// <param name="over">Called once, when it is done with it.</param>
    public void Take(Action over) => _over = over;

    /// <inheritdoc/>
    public sealed override async ValueTask DisposeAsync()
    {
        try
        {
            await CloseAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Exchange(ref _over, null)?.Invoke();
        }
    }

    /// <summary>Sends what is to be sent still, and closes it.</summary>
    protected abstract ValueTask CloseAsync();
}
