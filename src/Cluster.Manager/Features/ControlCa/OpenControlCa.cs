using System.Text;
using Cluster.Contracts.Files;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Startup;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>Opens the control CA at start, writes its root to DIR/ca.pem and makes this manager's own server certificate.</summary>
internal sealed class OpenControlCa(
    ManagerOptions options, ControlCaStart start, ControlAuthority authority, ServerIdentity identity) : IStartupStep, IStartupNote
{
    private const UnixFileMode ReadableByAll = (UnixFileMode)0b110_100_100;

    /// <inheritdoc/>
    public string Label => "CA pin";

    /// <inheritdoc/>
    public string Text => authority.Pin;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        await start.OpenAsync(options.AdvertisedAddresses, ct);
        WriteRoot();
        identity.Start(ServerNamesOf.Options(options));
    }

    // The root anchors the REST certificate, so operators and tools look for it in the data directory.
    private void WriteRoot()
    {
        var pem = Encoding.ASCII.GetBytes(authority.Keys.Root.ToPem());
        var path = options.PathOf("ca.pem");
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(pem)) AtomicFile.Write(path, pem, ReadableByAll);
    }
}
