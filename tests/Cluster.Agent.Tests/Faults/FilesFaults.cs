using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers;
using Cluster.Agent.Tests.Drivers.Files;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Nginx;
using Xunit;

namespace Cluster.Agent.Tests.Faults;

/// <summary>Files for a server that no driver knows: the reload command tells it, and the check asks for its configuration.</summary>
internal sealed class FilesFaults : FaultHost
{
    private readonly string format;
    private readonly FilesService service;
    private readonly NginxInstance server;
    private readonly TestDirectory theirs = new("files-theirs");

    private FilesFaults(string format, SmallDisk? disk)
        : base(disk)
    {
        this.format = format;
        server = NginxInstance.Create(new NginxOptions { Without = ["admin"], Server = $"include {theirs.Path}/served.con[f];" });
        service = new FilesService(disk?.Make("files"))
        {
            Endpoints = [new LocalEndpoint { Kind = Listener.Kind, Name = "mx", Address = "127.0.0.1", Port = server.Port }],
            Options = $$"""
                "outputs":[{"certificate":"mx-cert","format":"{{format}}"{{(format == "pkcs12" ? $",\"passwordFile\":\"{Password}\"" : "")}}}],
                "reloadCommand":["{{Script}}"],"checkCommand":["{{CheckScript}}","{directory}"],"commandTimeout":20
                """,
        };
        File.WriteAllText(Password, "s3cret\n");
        WriteScript(Script, Reload);
        WriteScript(CheckScript, Check);
    }

    public override Parts Parts => service.Parts;

    public override string ConfigDirectory => service.Path;

    public override IReadOnlyList<string> LiveFiles => format switch
    {
        "pem-split" => [service.Live("mx-cert-key.pem")],
        "pkcs12" => [service.Live("mx-cert.p12")],
        _ => [service.Live("mx-cert.pem")],
    };

    public override string Item => "certificates/mx-cert";

    protected override string TheirFile => Password;

    protected override string SyntaxFile => server.ConfigFile;

    private string Password => theirs["password"];

    private string Script => theirs["reload"];

    private string CheckScript => theirs["check"];

    private string Converted => theirs["converted.pem"];

    // What cannot be read stays as it was for the server: each conversion is renamed to its place when it is whole.
    private string Reload =>
        $"""
        if [ {format} = pkcs12 ]; then
          umask 077
          openssl pkcs12 -in {service.Live("mx-cert.p12")} -passin file:{Password} -nodes -out {Converted}.new 2>/dev/null
          mv {Converted}.new {Converted}
        fi
        kill -0 $(cat {server.PidFile}) 2>/dev/null || exit 0
        exec /usr/sbin/nginx -s reload -c {server.ConfigFile}
        """;

    // The server as it would be with the files that are not live yet.
    private string Check =>
        $"""
        [ ! -e {theirs["served.conf"]} ] || sed "s#{service.Live("")}#$1/#g" {theirs["served.conf"]} > {theirs["checked.conf"]}
        sed "s#{theirs["served.con"]}#{theirs["checked.con"]}#" {server.ConfigFile} > {theirs["check.conf"]}
        exec /usr/sbin/nginx -t -c {theirs["check.conf"]}
        """;

    public static async Task<FaultHost> StartAsync(string format, SmallDisk? disk)
    {
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        var host = new FilesFaults(format, disk);
        await host.server.StartAsync();
        return host;
    }

    public override IServiceDriver NewDriver() => service.NewDriver();

    public override ServicePart Part(PartCertificate certificate, bool isNew) =>
        FilesService.Nothing.WithListener("mx", PolicyTls.Required, certificate);

    public override async Task<Sight> SeeAsync() => new((await HttpsProbe.SightAsync(server.Port)).Serial, "");

    public override Sight Sight(bool isNew) => new(SerialOf(isNew), "");

    public override async Task AppliedFirstAsync()
    {
        var (key, chain) = format switch
        {
            "pem-split" => (service.Live("mx-cert-key.pem"), service.Live("mx-cert-chain.pem")),
            "pkcs12" => (Converted, Converted),
            _ => (service.Live("mx-cert.pem"), service.Live("mx-cert.pem")),
        };
        await File.WriteAllTextAsync(theirs["served.conf"], $"ssl_certificate {chain}; ssl_certificate_key {key};\n");
        await server.ReloadedAsync();
        await server.ServesOnlyAsync(chain);
    }

    public override async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        service.Dispose();
        theirs.Dispose();
        await base.DisposeAsync();
    }

    protected override Task StopAsync() => server.StopAsync();

    protected override Task StartAsync() => server.StartAsync();

    protected override void BreakReload(Fault fault) => WriteScript(Script, fault switch
    {
        Fault.ReloadFails => "echo the software refuses to reload >&2; exit 1",
        Fault.ReloadHangs => "exec sleep 600",
        _ => "exit 0",
    });

    protected override void MendReload() => WriteScript(Script, Reload);

    private static void WriteScript(string path, string text)
    {
        File.WriteAllText(path + ".new", $"#!/bin/sh -e\n{text}\n");
        File.SetUnixFileMode(path + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(path + ".new", path, overwrite: true);
    }
}
