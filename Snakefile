# The workflow, imported as any other project would import it. Rules live in workflow/.
configfile: "config/config.yaml"


module netboard:
    snakefile:
        "workflow/Snakefile"
    config:
        config


use rule * from netboard
