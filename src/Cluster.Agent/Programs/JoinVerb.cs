using System.CommandLine;
using Cluster.Agent.Enrollment;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Programs;

/// <summary>Makes this host a machine of a cluster.</summary>
internal static class JoinVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "join",
            "Makes this host a machine of a cluster.\n\nExample:\n  cluster-agent join --manager manager.example:8444 --ca-pin "
                + "sha256:… --token-file -");
        var manager = CommonOptions.Required("--manager", "The manager's agent port, HOST:PORT.");
        var pin = CommonOptions.Required("--ca-pin", "sha256: and the hash of the root's public key, as shown with the token.");
        var token = CommonOptions.Required("--token-file", "File with the join token; - reads standard input.");
        var name = CommonOptions.FromEnvironment(
            "--name", "Name of the machine; default this host's name.", Environment.MachineName.Split('.')[0].ToLowerInvariant());
        var observe = new Option<bool>("--observe") { Description = "Report what would change and change nothing." };
        foreach (var option in new Option[] { manager, pin, token, name, observe }) verb.Options.Add(option);
        var common = new CommonOptions(verb);
        verb.SetAction(async (parsed, ct) =>
        {
            if (PublicKeyPin.TryParse(parsed.GetRequiredValue(pin)) is not { } root)
                return Speech.Fail(ExitCodes.Usage, "--ca-pin: sha256: and 64 hexadecimal digits.");
            var address = parsed.GetRequiredValue(manager);
            if (!Uri.TryCreate($"https://{address}", UriKind.Absolute, out var uri) || uri.AbsolutePath != "/" || !address.Contains(':'))
                return Speech.Fail(ExitCodes.Usage, "--manager: HOST:PORT.");
            var directory = common.State(parsed);
            return await EnrollVerb.RunAsync(directory, common.Config(parsed), async (identities, owner) =>
            {
                if (identities.Current() is not null)
                    return Speech.Fail(ExitCodes.Conflict, "This host is a machine of a cluster already; leave it first.");
                if (await TokenFile.ReadAsync(parsed.GetRequiredValue(token), ct) is not { } secret)
                    return Speech.Fail(ExitCodes.Usage, "--token-file: there is no token in it.");
                var order = new JoinOrder(address, root, secret, parsed.GetRequiredValue(name), parsed.GetValue(observe));
                return await EnrollVerb.EnrollAsync(directory, identities, owner, order, ct);
            });
        });
        return verb;
    }
}
