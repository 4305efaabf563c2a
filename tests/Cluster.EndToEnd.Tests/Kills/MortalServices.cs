using System.Text.Json.Nodes;
using Cluster.Client;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Ldap;
using Cluster.Testing.Nginx;
using Cluster.Testing.Processes;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>A management interface of nginx.</summary>
public sealed class MortalNginx : MortalService
{
    private NginxInstance? nginx;
    private int frozen;

    protected override string WhyNot => NginxInstance.WhyNot;

    protected override string ConfigDirectory => nginx!.ConfigDirectory;

    protected override int Pid => nginx!.MainPid;

    protected override JsonObject Entry => new()
    {
        ["name"] = "web",
        ["driver"] = "nginx",
        ["configDirectory"] = ConfigDirectory,
        ["control"] = "direct",
        ["endpoints"] = new JsonArray(
            new JsonObject { ["kind"] = "interfaces", ["name"] = "admin", ["address"] = "127.0.0.1", ["port"] = nginx!.Port }),
    };

    protected override async Task StartAsync() => nginx = await NginxInstance.StartNewAsync();

    protected override ValueTask StopAsync() => nginx?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async Task<Func<ClusterResources, Task>[]> SettingsAsync()
    {
        await Fleet.SignedCertificateAsync("admin", "admin.example.test");
        return [Edit.Put("admin", new ManagementInterface { Hostname = "admin.example.test", Port = 443, HttpsCertificate = "admin" })];
    }

    protected override Task<string> ChangeAsync() => Fleet.RenewAsync("admin");

    protected override Task<string> SeeAsync() => HttpsProbe.SerialAsync(nginx!.Port);

    // A frozen main process takes the order to reload, and does nothing.
    protected override void Break() => Host.Freeze(frozen = Pid);

    protected override void Mend() => Host.Thaw(frozen);
}

/// <summary>Files for a server that no driver knows, and that is told by a command.</summary>
public sealed class MortalFiles : MortalService
{
    private NginxInstance? server;

    protected override string WhyNot => NginxInstance.WhyNot;

    protected override string ConfigDirectory => Directory["files"];

    protected override int Pid => server!.MainPid;

    protected override JsonObject Entry => new()
    {
        ["name"] = "files",
        ["driver"] = "files",
        ["configDirectory"] = ConfigDirectory,
        ["outputs"] = new JsonArray(new JsonObject { ["certificate"] = "mx", ["format"] = "pem-split" }),
        ["reloadCommand"] = new JsonArray(Script),
        ["endpoints"] = new JsonArray(
            new JsonObject { ["kind"] = "listeners", ["name"] = "mx", ["address"] = "127.0.0.1", ["port"] = server!.Port }),
    };

    private string Script => Directory["reload"];

    private string Broken => Directory["broken"];

    private string Live => Path.Combine(ConfigDirectory, "cluster/current");

    private string Chain => $"{Live}/mx-chain.pem";

    protected override async Task StartAsync()
    {
        Directory.Make("files");
        server = NginxInstance.Create(new NginxOptions { Without = ["admin"], Server = $"include {Directory.Path}/served.con[f];" });
        await File.WriteAllTextAsync(
            Script,
            $"""
            #!/bin/sh -e
            if [ -e {Broken} ]; then rm {Broken}; echo "refuses to reload" >&2; exit 1; fi
            exec /usr/sbin/nginx -s reload -c {server.ConfigFile}

            """);
        File.SetUnixFileMode(Script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await server.StartAsync();
    }

    protected override ValueTask StopAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async Task<Func<ClusterResources, Task>[]> SettingsAsync()
    {
        await Fleet.SignedCertificateAsync("mx", "mx.example.test");
        return Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred);
    }

    protected override async Task AppliedFirstAsync()
    {
        await File.WriteAllTextAsync(Directory["served.conf"], $"ssl_certificate {Chain}; ssl_certificate_key {Live}/mx-key.pem;\n");
        await server!.ReloadedAsync();
    }

    // The agent is done when the files are read back: the server takes them up when it comes to it.
    protected override Task SettledAsync() => server!.ServesOnlyAsync(Chain);

    protected override Task<string> ChangeAsync() => Fleet.RenewAsync("mx");

    protected override Task<string> SeeAsync() => HttpsProbe.SerialAsync(server!.Port);

    // Once: what is undone is told to the server.
    protected override void Break() => File.WriteAllText(Broken, "");

    protected override void Mend() => File.Delete(Broken);
}

/// <summary>A user of LDAP, whom the server knows by the certificate.</summary>
public sealed class MortalLdapClient : MortalService
{
    private const string User = "nobody";
    private SlapdInstance? server;
    private string certificate = "first";

    protected override string WhyNot => (Host.IsRoot, SlapdInstance.IsInstalled) switch
    {
        (false, _) => "needs root",
        (_, false) => "needs slapd and ldap-utils",
        _ => "",
    };

    protected override string ConfigDirectory => Directory["ldap"];

    protected override int Pid => server!.Pid;

    protected override JsonObject Entry => new()
    {
        ["name"] = "ldap",
        ["driver"] = "ldap-client",
        ["configDirectory"] = ConfigDirectory,
        ["users"] = new JsonArray(new JsonObject { ["name"] = User, ["home"] = Home }),
        ["servers"] = new JsonArray(server!.Url),
    };

    private string Home => Directory["home"];

    private LdapSettings Settings => new() { ClientCertificate = certificate, TrustedAuthorities = ["lab"] };

    protected override async Task StartAsync()
    {
        Directory.Make("ldap");
        Directory.Make("home");
        server = await SlapdInstance.StartAsync(Fleet.Authority, Fleet.Authority);
    }

    protected override ValueTask StopAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async Task<Func<ClusterResources, Task>[]> SettingsAsync()
    {
        await Fleet.SignedCertificateAsync("first", "first.example.test");
        await Fleet.SignedCertificateAsync("second", "second.example.test");
        return [Edit.Put("lab", new TrustedAuthority { Certificates = Fleet.Authority.Root.ToPem() }), Edit.Put(Settings)];
    }

    protected override async Task<string> ChangeAsync()
    {
        certificate = certificate == "first" ? "second" : "first";
        await Fleet.CommitAsync(Edit.Put(Settings));
        return Named(certificate);
    }

    protected override async Task<string> SeeAsync()
    {
        var result = await Command.RunAsync(
            "/usr/bin/setpriv",
            [
                $"--reuid={User}", "--regid=nogroup", "--clear-groups", "/usr/bin/env", "-i", $"HOME={Home}", "/usr/bin/ldapwhoami", "-Q",
                "-Y", "EXTERNAL", "-H", server!.Url,
            ]);
        return result.Ok().Output.Trim();
    }

    // A frozen server takes connections, and answers nobody.
    protected override void Break() => Host.Freeze(Pid);

    protected override void Mend() => Host.Thaw(Pid);

    private static string Named(string certificate) => $"dn:cn={certificate}.example.test";
}
