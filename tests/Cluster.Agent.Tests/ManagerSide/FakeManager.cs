using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cluster.Protocol.V1;
using Cluster.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Tests.ManagerSide;

/// <summary>
/// The manager's end of the agent protocol, in the test's process: a real gRPC server with real TLS, and knobs for what goes
/// wrong.
/// </summary>
public sealed class FakeManager : IAsyncDisposable
{
    private WebApplication? application;

    public FakeManager(TestAuthority? authority = null, int? port = null)
    {
        Authority = authority ?? new TestAuthority();
        Port = port ?? FreePort.Next();
        Fleet = new TestFleet(Authority, Address);
    }

    public TestAuthority Authority { get; }

    public TestFleet Fleet { get; }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    public static async Task<FakeManager> StartAsync(bool withRole = true)
    {
        var manager = new FakeManager();
        await manager.UpAsync(withRole);
        return manager;
    }

    public async Task UpAsync(bool withRole = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Fleet);
        builder.Services.AddSingleton(Authority);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, Port, l =>
        {
            l.Protocols = HttpProtocols.Http2;
            l.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls(withRole)) });
        }));
        application = builder.Build();
        application.MapGrpcService<TestEnrollment>();
        application.MapGrpcService<TestSession>();
        await application.StartAsync();
    }

    public async Task DownAsync()
    {
        if (application is null) return;
        Fleet.DropStreams();
        await application.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await application.DisposeAsync();
        application = null;
    }

    public async ValueTask DisposeAsync() => await DownAsync();

    private SslServerAuthenticationOptions Tls(bool withRole)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Authority.Root.ToX509Certificate2());
        policy.ExtraStore.Add(Authority.AgentsIssuer.ToX509Certificate2());
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(
                Authority.ServerCertificate(withRole), Authority.ServerChain(), offline: true),
            EnabledSslProtocols = SslProtocols.Tls13,
            ClientCertificateRequired = true,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is null || errors == SslPolicyErrors.None,
        };
    }
}
