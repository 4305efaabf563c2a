using System.Net;
using System.Net.Sockets;
using Cluster.Pki.Keys;
using Cluster.Testing.Authorities;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Ldap;

/// <summary>A private OpenLDAP server on loopback, with one entry <c>cn=a,dc=lab</c> whose mail is <c>a@lab.test</c>.</summary>
public sealed class SlapdInstance : IAsyncDisposable
{
    private readonly TestDirectory directory = new("slapd");
    private Daemon? daemon;

    private SlapdInstance(int port) => Port = port;

    public int Port { get; }

    public string Url => $"ldaps://127.0.0.1:{Port}";

    /// <summary>Its process id; 0 when it does not run.</summary>
    public int Pid => daemon?.Pid ?? 0;

    /// <summary>Whether this host has the server.</summary>
    public static bool IsInstalled => File.Exists("/usr/sbin/slapd") && File.Exists("/usr/bin/ldapwhoami");

    /// <summary>Starts a server.</summary>
    /// <param name="server">Issues the server's certificate.</param>
    /// <param name="clients">Authority of the certificates that clients must show.</param>
    /// <param name="verifyClient">What slapd.conf says of client certificates.</param>
    public static async Task<SlapdInstance> StartAsync(TestCa server, TestCa clients, string verifyClient = "demand")
    {
        var slapd = new SlapdInstance(FreePort.Next());
        await slapd.ConfigureAsync(server, clients, verifyClient);
        await slapd.StartAsync();
        return slapd;
    }

    public async Task StartAsync()
    {
        daemon = Daemon.Start("/usr/sbin/slapd", ["-f", directory["slapd.conf"], "-h", Url, "-d", "0"]);
        await Eventually.Is(AnswersAsync, "slapd listens");
    }

    public async Task StopAsync()
    {
        if (daemon is not null) await daemon.DisposeAsync();
        daemon = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        directory.Dispose();
    }

    private async Task ConfigureAsync(TestCa server, TestCa clients, string verifyClient)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = server.Issue(server.Leaf(key.Public, ["ldap.lab.test"], null) with { IpAddresses = [IPAddress.Loopback] });
        await File.WriteAllTextAsync(directory["server.pem"], server.PemFor(leaf));
        await File.WriteAllTextAsync(directory["server.key"], key.ExportPem());
        await File.WriteAllTextAsync(directory["clients.pem"], clients.Root.ToPem());
        directory.Make("db");
        await File.WriteAllTextAsync(
            directory["slapd.conf"],
            $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            pidfile {directory["pid"]}
            modulepath /usr/lib/ldap
            moduleload back_mdb
            TLSCACertificateFile {directory["clients.pem"]}
            TLSCertificateFile {directory["server.pem"]}
            TLSCertificateKeyFile {directory["server.key"]}
            TLSVerifyClient {verifyClient}
            database mdb
            suffix dc=lab
            directory {directory["db"]}
            access to * by * read

            """);
        await File.WriteAllTextAsync(
            directory["entries.ldif"],
            """
            dn: dc=lab
            objectClass: domain
            dc: lab

            dn: cn=a,dc=lab
            objectClass: inetOrgPerson
            cn: a
            sn: a
            mail: a@lab.test

            """);
        (await Command.RunAsync("/usr/sbin/slapadd", ["-f", directory["slapd.conf"], "-l", directory["entries.ldif"]])).Ok();
    }

    private async Task<bool> AnswersAsync()
    {
        if (daemon!.HasExited) throw new TestGaveUpException($"slapd ended: {daemon.Output}");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
