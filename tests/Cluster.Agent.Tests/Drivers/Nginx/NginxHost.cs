using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Nginx;
using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Nginx;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>A real nginx of an administrator with the driver beside it; applies parts in the engine's order.</summary>
internal sealed class NginxHost : IAsyncDisposable
{
    private readonly TestDirectory state = new("nginx-state");

    private NginxHost(NginxInstance nginx)
    {
        Nginx = nginx;
        Driver = NewDriver();
    }

    public NginxInstance Nginx { get; }

    public RecordingRunner Runner { get; } = new();

    public Parts Parts { get; } = new();

    public NginxDriver Driver { get; private set; }

    /// <summary>Address of the endpoints in the local file.</summary>
    public string Address { get; set; } = "127.0.0.1";

    public string StateDirectory => state.Path;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private LocalService Service => new()
    {
        Name = "web",
        Driver = NginxDriver.DriverName,
        Endpoints = [
            .. Nginx.Ports.Select(
                p => new LocalEndpoint { Kind = ManagementInterface.Kind, Name = p.Key, Address = Address, Port = p.Value })
        ],
    };

    public static async Task<NginxHost> StartAsync(NginxOptions? options = null)
    {
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        return new NginxHost(await NginxInstance.StartNewAsync(options));
    }

    public static NginxHost Stopped(NginxOptions? options = null)
    {
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        return new NginxHost(NginxInstance.Create(options));
    }

    /// <summary>A driver as a new process has it.</summary>
    public NginxDriver NewDriver() => Driver = new NginxDriver(
        new DriverContext(Service, state.Path, TimeProvider.System, NullLogger.Instance),
        new NginxDriverOptions { ConfigDirectory = Nginx.ConfigDirectory, Control = ServiceControl.Direct },
        Runner);

    /// <summary>Stage, switch, reload, prove, then complete or restore, as the engine does.</summary>
    public async Task<Applied> ApplyAsync(ServicePart part)
    {
        var stagedNow = await Driver.StageAsync(part, Parts, Cancellation);
        if (!stagedNow.Succeeded) return new Applied(stagedNow.Failure, null, null, null);
        var (staged, token) = (stagedNow.Value, stagedNow.Value.Token);
        ApplyFailure? failure = null;
        if (staged.Changed)
            failure = await Driver.SwitchAsync(token, Cancellation) ?? await Driver.ReloadAsync(token, Cancellation);
        var proof = failure is null ? await Driver.ProveAsync(part, Cancellation) : failure;
        if (!proof.Succeeded) return new Applied(proof.Failure, await Driver.RestoreAsync(token, Cancellation), staged, null);
        await Driver.CompleteAsync(token, Cancellation);
        return new Applied(null, null, staged, proof.Value);
    }

    /// <summary>The SHA-256 of the leaf that a client is shown.</summary>
    public async Task<string> LeafAsync(string management = "admin", string? serverName = null)
    {
        using var served = await Nginx.ServedAsync(management, serverName);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(served.RawData));
    }

    public async ValueTask DisposeAsync()
    {
        await Nginx.DisposeAsync();
        Parts.Dispose();
        state.Dispose();
    }
}

internal static class InterfaceParts
{
    public static ServicePart Nothing { get; } = ServicePart.Empty(NginxDriver.DriverName);

    /// <summary>One interface <c>admin</c>.</summary>
    public static ServicePart Admin(PartCertificate certificate) => Nothing.WithInterface("admin", certificate);

    public static ServicePart WithInterface(this ServicePart part, string name, PartCertificate certificate, string? hostname = null) =>
        part.With(name, new ManagementInterface { Port = 443, Hostname = hostname, HttpsCertificate = $"{name}-cert" }) with
        {
            Certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [$"{name}-cert"] = certificate },
        };

    public static ServicePart WithHttps(this ServicePart part, TlsVersion minimum, TlsVersion? maximum = null, params string[] ciphers) =>
        part.With(
            TlsProtocolBlock.Https,
            new TlsProtocolBlock { Minimum = minimum, Maximum = maximum, Ciphers = ciphers.Length > 0 ? ciphers : null });
}
