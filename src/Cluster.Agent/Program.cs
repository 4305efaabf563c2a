using System.CommandLine;
using Cluster.Agent.LookUps;
using Cluster.Agent.Programs;
using Cluster.Agent.Session;

// The processes without privileges are the same program; they need no command line parser.
if (args is [SessionProcess.Verb, var directory, var user]) return await SessionProcess.RunAsync(directory, user);
if (args is [LookUpProcess.Verb, var stranger]) return await LookUpProcess.RunAsync(stranger);

var root = new RootCommand("Applies certificates and TLS settings of a cluster to the mail software of this host.")
{
    JoinVerb.Make(),
    RunVerb.Make(),
    StatusVerb.Make(),
    CheckVerb.Make(),
    HoldVerb.Make(),
    ReleaseVerb.Make(),
    LeaveVerb.Make(),
    RejoinVerb.Make(),
};

var parsed = root.Parse(args);
// Signals are handled by run itself: a switch that is under way is finished, however long that takes.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
